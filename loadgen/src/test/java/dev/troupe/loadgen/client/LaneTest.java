package dev.troupe.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.testkit.InMemoryKv;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaneTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final ByteString VALUE = ByteString.copyFromUtf8("value");

  private final InMemoryKv.Store store = new InMemoryKv.Store();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : toClose.reversed()) {
      resource.close();
    }
  }

  private TestNode node() throws IOException {
    TestNode node = new TestNode(store);
    toClose.add(node);
    return node;
  }

  private LoadClient client(Dialect dialect, Duration timeout, TestNode... nodes) {
    List<Endpoint> endpoints =
        Arrays.stream(nodes).map(node -> Endpoint.parse(node.address(), 1)).toList();
    LoadClient client =
        new LoadClient(dialect, new ClientOptions(endpoints, 1, 1, "", timeout, true));
    toClose.add(client);
    return client;
  }

  private static Operation.Put put(int i) {
    return new Operation.Put(KEY.concat(ByteString.copyFromUtf8("-" + i)), VALUE);
  }

  private static void awaitService(LoadClient client) {
    await()
        .ignoreExceptions()
        .until(() -> client.send(0, new Operation.Get(KEY)).join() instanceof Outcome.Found);
  }

  @ParameterizedTest
  @EnumSource
  void shouldPutGetScanAndBatch(TroupeDialect dialect) throws IOException {
    LoadClient client = client(dialect, Duration.ofSeconds(5), node());
    awaitService(client);

    Outcome written = client.send(0, new Operation.Put(KEY, VALUE)).join();
    assertThat(written).isInstanceOf(Outcome.Written.class);
    long version = ((Outcome.Written) written).version();
    assertThat(client.send(0, new Operation.Get(KEY)).join())
        .isEqualTo(new Outcome.Found(VALUE, version));
    assertThat(client.send(0, new Operation.Get(VALUE)).join())
        .isEqualTo(new Outcome.Found(null, 0));
    List<Operation.Put> puts = IntStream.range(0, 9).mapToObj(LaneTest::put).toList();
    assertThat(client.send(0, new Operation.Batch(puts)).join())
        .isInstanceOf(Outcome.Written.class);
    assertThat(client.send(0, new Operation.Scan(KEY, 5)).join()).isEqualTo(new Outcome.Scanned(5));
    assertThat(client.send(0, new Operation.Scan(KEY, 50)).join())
        .isEqualTo(new Outcome.Scanned(10));
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellReasonAndRetryOfARefusal(TroupeDialect dialect) throws IOException {
    TestNode node = node();
    LoadClient client = client(dialect, Duration.ofSeconds(5), node);
    awaitService(client);
    node.kv()
        .puts(
            (s, put) -> {
              throw InMemoryKv.refusal(Status.Code.UNAVAILABLE, "NOT_LEADER", "SAFE");
            });

    Outcome outcome = client.send(0, put(1)).join();

    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(((Outcome.Failed) outcome).reason()).isEqualTo("NOT_LEADER");
    assertThat(((Outcome.Failed) outcome).retry()).isEqualTo(Retry.SAFE);
  }

  @Test
  void shouldGiveReorderedAnswersToTheirCallers() throws IOException {
    TestNode node = node();
    node.kv().reorder(true);
    LoadClient client = client(TroupeDialect.PIPELINE, Duration.ofSeconds(5), node);
    awaitService(client);
    IntStream.range(0, 500).forEach(i -> store.put(put(i).key(), ByteString.copyFromUtf8("v" + i)));

    List<CompletableFuture<Outcome>> answers =
        IntStream.range(0, 500)
            .mapToObj(i -> client.send(0, new Operation.Get(put(i).key())))
            .toList();

    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join())
          .isInstanceOfSatisfying(
              Outcome.Found.class, found -> assertThat(found.value()).isNotNull())
          .extracting(outcome -> ((Outcome.Found) outcome).value())
          .isEqualTo(ByteString.copyFromUtf8("v" + i));
    }
  }

  @Test
  void shouldSendManyCallsInOneMessage() throws IOException {
    TestNode node = node();
    LoadClient client = client(TroupeDialect.PIPELINE, Duration.ofSeconds(5), node);
    awaitService(client);
    long messages = node.kv().messages();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();

    Lane lane = client.lane(0);
    CompletableFuture.runAsync(
            () ->
                IntStream.range(0, 400)
                    .forEach(
                        i -> {
                          CompletableFuture<Outcome> answer = new CompletableFuture<>();
                          answers.add(answer);
                          lane.send(put(i), answer::complete);
                        }),
            lane.loop())
        .join();
    answers.forEach(CompletableFuture::join);

    assertThat(node.kv().messages() - messages).isEqualTo(1);
    assertThat(store.size()).isEqualTo(400);
  }

  @Test
  void shouldCallInFlightWritesUnknownWhenTheStreamBreaks() throws IOException {
    TestNode first = node();
    TestNode second = node();
    LoadClient client = client(TroupeDialect.PIPELINE, Duration.ofSeconds(30), first, second);
    awaitService(client);
    first.kv().mute(true);
    long calls = first.kv().calls();
    CompletableFuture<Outcome> lost = client.send(0, put(1));
    await().until(() -> first.kv().calls() > calls);

    first.kv().breakStreams();

    assertThat(lost.join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("CONNECTION_LOST");
              assertThat(failed.retry()).isEqualTo(Retry.UNKNOWN_OUTCOME);
            });
    assertThat(client.send(0, put(2)).join()).isInstanceOf(Outcome.Written.class);
    assertThat(second.kv().calls()).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithTheNextNodeWhenOneDies(TroupeDialect dialect) throws Exception {
    TestNode first = node();
    TestNode second = node();
    LoadClient client = client(dialect, Duration.ofSeconds(5), first, second);
    awaitService(client);

    first.close();

    await().until(() -> client.send(0, put(1)).join() instanceof Outcome.Written);
    assertThat(second.kv().calls()).isPositive();
  }

  private static void shutDown(TestNode node) {
    node.kv()
        .puts(
            (s, put) -> {
              throw InMemoryKv.refusal(Status.Code.UNAVAILABLE, "SHUTTING_DOWN", "SAFE");
            });
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendAgainElsewhereWhatANodeThatShutsDownHasNotDone(TroupeDialect dialect)
      throws IOException {
    TestNode first = node();
    TestNode second = node();
    LoadClient client = client(dialect, Duration.ofSeconds(5), first, second);
    awaitService(client);
    shutDown(first);

    List<CompletableFuture<Outcome>> answers =
        IntStream.range(0, 100).mapToObj(i -> client.send(0, put(i))).toList();

    answers.forEach(answer -> assertThat(answer.join()).isInstanceOf(Outcome.Written.class));
    assertThat(second.kv().calls()).isGreaterThanOrEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayThatTheOnlyNodeShutsDown(TroupeDialect dialect) throws IOException {
    TestNode only = node();
    LoadClient client = client(dialect, Duration.ofMillis(300), only);
    awaitService(client);
    long before = only.kv().calls();
    shutDown(only);

    assertThat(client.send(0, put(1)).join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.retry()).isEqualTo(Retry.SAFE));
    // It pauses between two rounds.
    assertThat(only.kv().calls() - before).isLessThan(30);
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveANodeThatHasFallenSilent(TroupeDialect dialect) throws IOException {
    TestNode first = node();
    TestNode second = node();
    LoadClient client = client(dialect, Duration.ofMillis(300), first, second);
    awaitService(client);
    first.kv().mute(true);

    Outcome outcome = client.send(0, put(1)).join();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.retry()).isEqualTo(Retry.UNKNOWN_OUTCOME));
    await().until(() -> client.send(0, put(2)).join() instanceof Outcome.Written);
  }

  @ParameterizedTest
  @EnumSource
  void shouldMoveToTheLeaderAndFollowItLater(TroupeDialect dialect) throws Exception {
    TestNode first = node();
    TestNode second = node();
    TestNode third = node();
    List<TestNode> nodes = List.of(first, second, third);
    nodes.forEach(node -> node.directory(nodes, third));
    LoadClient client = client(dialect, Duration.ofSeconds(5), first);
    awaitService(client);

    await()
        .until(
            () -> {
              client.send(0, put(1)).join();
              return third.kv().calls() > 0;
            });

    nodes.forEach(node -> node.directory(nodes, second));
    third.close();
    await()
        .until(
            () -> {
              client.send(0, put(2)).join();
              return second.kv().calls() > 0;
            });
  }

  @Test
  void shouldRefuseWhatCannotBeSentInTime() throws Exception {
    TestNode node = node();
    LoadClient client = client(TroupeDialect.PIPELINE, Duration.ofMillis(300), node);
    awaitService(client);
    node.close();

    await()
        .until(
            () ->
                client.send(0, put(1)).join() instanceof Outcome.Failed failed
                    && failed.reason().equals("NO_CONNECTION")
                    && failed.retry() == Retry.SAFE);
  }

  @Test
  void shouldCarryValuesOfFourMebibytes() throws IOException {
    LoadClient client = client(TroupeDialect.PIPELINE, Duration.ofSeconds(10), node());
    awaitService(client);
    ByteString large = ByteString.copyFrom(new byte[4 << 20]);

    List<CompletableFuture<Outcome>> answers =
        IntStream.range(0, 5)
            .mapToObj(i -> client.send(0, new Operation.Put(put(i).key(), large)))
            .toList();

    assertThat(answers).allSatisfy(a -> assertThat(a.join()).isInstanceOf(Outcome.Written.class));
    assertThat(client.send(0, new Operation.Get(put(1).key())).join())
        .isInstanceOfSatisfying(
            Outcome.Found.class, found -> assertThat(found.value()).isEqualTo(large));
  }
}
