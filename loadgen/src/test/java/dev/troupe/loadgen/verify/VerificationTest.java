package dev.troupe.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.ClientOptions;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.TroupeDialect;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.testkit.InMemoryKv;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.PutResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
  private static final int USERS = 8;
  private static final long STEPS = 4_000;

  private final InMemoryKv.Store store = new InMemoryKv.Store();
  private final AtomicInteger puts = new AtomicInteger();
  private TestNode node;

  @BeforeEach
  void startNode() throws IOException {
    node = new TestNode(store);
  }

  @AfterEach
  void stopNode() throws InterruptedException {
    node.close();
  }

  private record Result(Summary summary, VerificationResult verification) {}

  private LoadClient client() {
    return new LoadClient(
        TroupeDialect.PIPELINE,
        new ClientOptions(
            List.of(Endpoint.parse(node.address(), 1)), 1, 1, "", Duration.ofSeconds(5), false));
  }

  private Result run(long keys, @Nullable Ledger ledger) throws InterruptedException {
    Verification verification =
        new Verification(new Verification.Scope(USERS, keys, 64, 42), 77, ledger);
    Distribution.Shared shared = new Distribution.Shared(Distribution.UNIFORM, keys);
    LoadRun.Plan plan = new LoadRun.Plan(USERS, Duration.ZERO, Duration.ofSeconds(60), STEPS, 0);
    try (LoadClient client = client()) {
      Summary summary =
          new LoadRun(plan, (now, warmingUp, latencies, errors) -> {})
              .execute(
                  client,
                  user ->
                      verification.writer(
                          user, OperationMix.readsAndUpdates(50), Distribution.UNIFORM, shared));
      return new Result(summary, verification.readBack(client, Duration.ofSeconds(20)));
    }
  }

  /** Plants a fault in one put out of the run. */
  private void plant(int ordinal, InMemoryKv.Puts fault) {
    node.kv()
        .puts(
            (s, put) ->
                puts.incrementAndGet() == ordinal
                    ? fault.put(s, put)
                    : InMemoryKv.Puts.HONEST.put(s, put));
  }

  @Test
  void shouldFindNothingWrongWithAnHonestServer() throws InterruptedException {
    Result result = run(200, null);

    assertThat(result.verification().findings()).isEmpty();
    assertThat(result.verification().keys()).isEqualTo(200);
    assertThat(result.verification().acknowledgedWrites()).isBetween(1_800L, 2_200L);
    assertThat(result.summary().operations()).isEqualTo(STEPS);
  }

  @Test
  void shouldFindAWriteThatWasAcknowledgedAndDropped() throws InterruptedException {
    plant(700, (s, put) -> PutResponse.newBuilder().setVersion(1L << 40).build());

    // So many keys that most are written once at most.
    Result result = run(100_000, null);

    assertThat(result.verification().findings()).containsOnlyKeys("LOST");
    assertThat(result.verification().examples()).hasSize(1);
  }

  @Test
  void shouldFindAStoreThatGoesBackToAnOlderValue() throws InterruptedException {
    AtomicReference<@Nullable PutRequest> first = new AtomicReference<>();
    AtomicInteger ofThatKey = new AtomicInteger();
    node.kv()
        .puts(
            (s, put) -> {
              first.compareAndSet(null, put);
              PutRequest remembered = first.get();
              PutResponse response = InMemoryKv.Puts.HONEST.put(s, put);
              if (put.getKey().equals(remembered.getKey()) && ofThatKey.incrementAndGet() >= 5) {
                s.put(put.getKey(), remembered.getValue());
              }
              return response;
            });

    assertThat(run(200, null).verification().findings()).containsKey("REWOUND");
  }

  @Test
  void shouldFindARefusedWriteThatTookEffect() throws InterruptedException {
    plant(
        500,
        (s, put) -> {
          s.put(put.getKey(), put.getValue());
          throw InMemoryKv.refusal(Status.Code.UNAVAILABLE, "NOT_LEADER", "SAFE");
        });
    // The repetition hides it, unless the user reads in between: hence refused for good.
    AtomicInteger count = new AtomicInteger();
    node.kv()
        .puts(
            (s, put) -> {
              if (count.incrementAndGet() == 500) {
                s.put(put.getKey(), put.getValue());
                throw InMemoryKv.refusal(Status.Code.INVALID_ARGUMENT, "KEY_TOO_LARGE", "NEVER");
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });

    assertThat(run(100_000, null).verification().findings()).containsOnlyKeys("PHANTOM");
  }

  @Test
  void shouldAcceptWritesOfUnknownOutcomeWhetherTheyCameOrNot() throws InterruptedException {
    node.kv()
        .puts(
            (s, put) -> {
              int number = puts.incrementAndGet();
              if (number % 7 == 0) {
                if (number % 2 == 0) {
                  s.put(put.getKey(), put.getValue());
                }
                throw InMemoryKv.refusal(Status.Code.UNKNOWN, "AMBIGUOUS", "UNKNOWN_OUTCOME");
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });

    Result result = run(200, null);

    assertThat(result.verification().findings()).isEmpty();
    assertThat(result.summary().troubles().ambiguous()).isGreaterThan(100);
  }

  @Test
  void shouldFindDamagedAndForeignValues() throws InterruptedException {
    plant(
        900,
        (s, put) -> {
          byte[] damaged = put.getValue().toByteArray();
          damaged[40] ^= 1;
          return PutResponse.newBuilder()
              .setVersion(s.put(put.getKey(), ByteString.copyFrom(damaged)))
              .build();
        });

    assertThat(run(100_000, null).verification().findings()).containsOnlyKeys("CORRUPT");
  }

  @Test
  void shouldFindVersionsThatDoNotRise() throws InterruptedException {
    node.kv()
        .puts(
            (s, put) -> {
              s.put(put.getKey(), put.getValue());
              return PutResponse.newBuilder().setVersion(5).build();
            });

    assertThat(run(8, null).verification().findings()).containsKey("VERSION_REGRESSED");
  }

  @Test
  void shouldSayWhatItCouldNotRead() throws InterruptedException {
    Verification verification = new Verification(new Verification.Scope(1, 1, 64, 42), 77, null);
    TrackedKey key = verification.track(0);
    key.register().begin();
    try (LoadClient client = client()) {
      node.close();
      VerificationResult result =
          Verification.readBack(client, 4, List.of(key), Duration.ofMillis(200));
      assertThat(result.findings()).containsOnlyKeys("UNREADABLE");
    }
  }

  @Test
  void shouldReplayALedgerWhoseLastLineIsCutOff(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ledger");
    try (Ledger ledger = new Ledger(file, 77, "space \"x\"")) {
      run(50, ledger);
    }
    Files.writeString(file, "{\"key\":\"v/4d/", StandardOpenOption.APPEND);

    LedgerReader read = LedgerReader.read(file);

    assertThat(read.namespace()).isEqualTo("space \"x\"");
    assertThat(read.keys()).hasSize(50);
    assertThat(read.acknowledgedWrites()).isBetween(1_800L, 2_200L);
    try (LoadClient client = client()) {
      VerificationResult result =
          Verification.readBack(client, 4, read.keys(), Duration.ofSeconds(20));
      assertThat(result.findings()).isEmpty();
      assertThat(result.checkedReads()).isEqualTo(50);
    }
  }

  @Test
  void shouldHaveEveryAcknowledgedWriteInTheLedgerWithinMoments(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("ledger");
    try (Ledger ledger = new Ledger(file, 77, "")) {
      run(50, ledger);
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> LedgerReader.read(file).acknowledgedWrites() >= 1_800);
    }
  }

  @Test
  void shouldRefuseALedgerWithADamagedLineInside(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ledger");
    try (Ledger ledger = new Ledger(file, 77, "")) {
      run(50, ledger);
    }
    List<String> lines = Files.readAllLines(file);
    lines.set(10, lines.get(10).substring(3));
    Files.write(file, lines);

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> LedgerReader.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged line");
  }
}
