package dev.troupe.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import dev.troupe.loadgen.testkit.InMemoryKv;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.v1.PutResponse;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandTest {
  private static final Duration STALL = Duration.ofMillis(400);

  private final InMemoryKv.Store store = new InMemoryKv.Store();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private TestNode node;

  @BeforeEach
  void startNode() throws IOException {
    node = new TestNode(store);
  }

  @AfterEach
  void stopNode() throws InterruptedException {
    node.close();
  }

  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--host", node.address()));
    return executeExactly(all.toArray(String[]::new));
  }

  private int executeExactly(String... arguments) {
    return new CommandLine(new WorkloadCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipeline", "unary"})
  void shouldLoadEveryKey(String api) {
    int exit = execute("init", "kv", "--keys", "1234", "--batch-size", "100", "--api", api);

    assertThat(exit).as(err.toString()).isZero();
    assertThat(store.size()).isEqualTo(1234);
  }

  @Test
  void shouldLoadKeyByKeyWhereABatchCrossesRanges() {
    AtomicInteger refused = new AtomicInteger();
    node.kv()
        .puts(
            (s, put) -> {
              if (put.getKey().endsWith(ByteString.copyFromUtf8("050"))
                  && refused.getAndIncrement() == 0) {
                throw InMemoryKv.refusal(
                    Status.Code.FAILED_PRECONDITION, "CROSS_RANGE_BATCH", "NEVER");
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });

    execute("init", "kv", "--keys", "300", "--batch-size", "100");

    assertThat(refused.get()).isEqualTo(2);
    assertThat(store.size()).isEqualTo(300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv", "ycsb-a", "ycsb-b", "ycsb-c", "ycsb-d", "ycsb-e", "ycsb-f"})
  void shouldRunEveryWorkloadAndReportJson(String name) throws IOException {
    execute("init", name, "--keys", "500");
    out.getBuffer().setLength(0);

    int exit = execute("run", name, "--keys", "500", "--max-ops", "2000", "--format", "json");

    assertThat(exit).as(err.toString()).isZero();
    assertThat(json().path("operations").asLong()).isEqualTo(2000);
    assertThat(json().path("errors").asLong()).isZero();
    assertThat(json().path("misses").asLong()).isZero();
    assertThat(json().path("latency").path("p99_ms").asDouble())
        .isBetween(0.001, json().path("latency").path("max_ms").asDouble());
  }

  @Test
  void shouldFindYcsbByLetter() throws IOException {
    execute("run", "ycsb", "--workload", "C", "--max-ops", "50", "--format", "json");

    assertThat(json().path("workload").asText()).isEqualTo("ycsb-c");
    assertThat(json().path("kinds").has("read")).isTrue();
    assertThat(json().path("kinds").has("update")).isFalse();
    assertThat(json().path("misses").asLong()).isEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv", "ycsb-d", "ycsb-f"})
  void shouldPassVerificationOfAnHonestServer(String name) throws IOException {
    int exit =
        execute("run", name, "--verify", "--keys", "100", "--max-ops", "5000", "--format", "json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode verification = json().path("verification");
    assertThat(verification.path("passed").asBoolean()).isTrue();
    assertThat(verification.path("acknowledged_writes").asLong()).isPositive();
    assertThat(verification.path("checked_reads").asLong())
        .isGreaterThan(verification.path("keys").asLong());
  }

  @Test
  void shouldGoOnAndVerifyWhenTheNodeInUseDies() throws Exception {
    try (TestNode second = new TestNode(store)) {
      List<TestNode> nodes = List.of(node, second);
      nodes.forEach(each -> each.directory(nodes, node));
      AtomicInteger puts = new AtomicInteger();
      node.kv()
          .puts(
              (s, put) -> {
                PutResponse response = InMemoryKv.Puts.HONEST.put(s, put);
                if (puts.incrementAndGet() == 300) {
                  CompletableFuture.runAsync(node::kill);
                }
                return response;
              });

      int exit =
          execute(
              "run", "kv", "--verify", "--keys", "500", "--max-ops", "3000", "--format", "json");

      assertThat(exit).as(out + "" + err).isZero();
      assertThat(json().path("verification").path("passed").asBoolean()).isTrue();
      assertThat(json().path("longest_write_pause").path("ms").asDouble()).isPositive();
      assertThat(second.kv().calls()).isGreaterThan(1000);
    }
  }

  @Test
  void shouldFailVerificationWhenOneAcknowledgedWriteIsDropped() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    node.kv()
        .puts(
            (s, put) ->
                puts.incrementAndGet() == 500
                    ? PutResponse.newBuilder().setVersion(Long.MAX_VALUE).build()
                    : InMemoryKv.Puts.HONEST.put(s, put));

    int exit =
        execute("run", "kv", "--verify", "--keys", "5000", "--max-ops", "1500", "--format", "json");

    assertThat(exit).isEqualTo(ExitCodes.CHECK_FAILED);
    assertThat(json().path("verification").path("passed").asBoolean()).isFalse();
    assertThat(err.toString()).contains("verification failed");
  }

  @Test
  void shouldCheckALedgerAgainstARestartedCluster(@TempDir Path folder) throws Exception {
    Path ledger = folder.resolve("ledger");
    execute("run", "kv", "--keys", "64", "--max-ops", "2000", "--ledger", ledger.toString());
    node.close();
    node = new TestNode(store);
    out.getBuffer().setLength(0);

    int exit = execute("verify", "--ledger", ledger.toString(), "--format", "json");

    assertThat(exit).as(out.toString()).isZero();
    assertThat(json().path("keys").asInt()).isEqualTo(64);
    assertThat(json().path("acknowledged_writes").asInt()).isBetween(900, 1100);
  }

  @Test
  void shouldFindWhatARestartedClusterHasLost(@TempDir Path folder) throws Exception {
    Path ledger = folder.resolve("ledger");
    execute("run", "kv", "--keys", "64", "--max-ops", "2000", "--ledger", ledger.toString());
    node.close();
    node = new TestNode();

    int exit = execute("verify", "--ledger", ledger.toString());

    assertThat(exit).isEqualTo(ExitCodes.CHECK_FAILED);
    assertThat(out.toString()).contains("verification FAILED").contains("LOST");
  }

  @Test
  void shouldFailWhenThereAreMoreErrorsThanAllowed() {
    AtomicInteger puts = new AtomicInteger();
    node.kv()
        .puts(
            (s, put) -> {
              if (puts.incrementAndGet() % 10 == 0) {
                throw InMemoryKv.refusal(Status.Code.UNAVAILABLE, "OVERLOADED", "SAFE");
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });

    assertThat(execute("run", "kv", "--max-ops", "300")).isZero();
    assertThat(out.toString()).contains("OVERLOADED");
    assertThat(execute("run", "kv", "--max-ops", "300", "--max-errors", "3"))
        .isEqualTo(ExitCodes.CHECK_FAILED);
    assertThat(err.toString()).contains("too many errors");
  }

  @Test
  void shouldFailAfterARefusalThatNoRepetitionHeals() {
    node.kv()
        .puts(
            (s, put) -> {
              throw InMemoryKv.refusal(Status.Code.INVALID_ARGUMENT, "VALUE_TOO_LARGE", "NEVER");
            });

    assertThat(execute("run", "kv", "--max-ops", "100")).isEqualTo(ExitCodes.CHECK_FAILED);
  }

  @Test
  void shouldKeepTheTimetableOfAnOpenLoop() throws IOException {
    int exit = execute("run", "kv", "--rate", "500", "--max-ops", "400", "--format", "json");

    assertThat(exit).isZero();
    assertThat(json().path("operations").asLong()).isEqualTo(400);
    assertThat(json().path("seconds").asDouble()).isGreaterThan(0.79);
  }

  @Test
  void shouldChargeAStallToEveryOperationThatItDelays() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    node.kv()
        .puts(
            (s, put) -> {
              if (puts.incrementAndGet() == 50) {
                assertThat(Uninterruptibles.awaitUninterruptibly(never, STALL)).isFalse();
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });

    // Two users would see the stall twice in a closed loop, which is no hundredth of all.
    execute(
        "run", "kv", "--rate", "500", "--max-ops", "400", "--concurrency", "2", "--format", "json");

    assertThat(json().path("latency").path("p95_ms").asDouble()).isGreaterThan(150);
  }

  @Test
  void shouldWriteHistogramsByKind(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("latencies.hlog");
    execute("run", "kv", "--duration", "2500ms", "--rate", "200", "--histograms", file.toString());

    List<String> tags = new ArrayList<>();
    try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
      while (reader.hasNext()) {
        tags.add(reader.nextIntervalHistogram().getTag());
      }
    }
    assertThat(tags).contains("read", "update").hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void shouldPrintALinePerSecondWhenAsked() {
    execute("run", "kv", "--duration", "1200ms", "--rate", "100", "--progress");

    assertThat(err.toString()).contains("elapsed").containsPattern("1s +\\d+\\.\\d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run nothing",
        "run kv --distribution heavy",
        "run kv --duration soon",
        "run kv --concurrency 0",
        "run kv --read-percent 101",
        "run ycsb-a --read-percent 5",
        "run kv --verify --keys 3 --concurrency 4",
        "run kv --verify --value-size 8",
        "init kv --keys 0",
        "init kv --batch-size 0",
        "run kv --connections 0",
        "verify",
        ""
      })
  void shouldRefuseWrongUsage(String line) {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
    assertThat(executeExactly(arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).isNotBlank();
  }

  @Test
  void shouldSayWhenTheLedgerIsNone(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("other"), "hello\n");
    assertThat(execute("verify", "--ledger", file.toString()))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("is not a ledger");
  }

  @Test
  void shouldSayWhenNobodyListens() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    int exit =
        executeExactly(
            "run", "kv", "--host", "127.0.0.1:" + free, "--timeout", "200ms", "--wait", "1s");

    assertThat(exit).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(err.toString()).contains("NO_CONNECTION").contains(String.valueOf(free));
  }
}
