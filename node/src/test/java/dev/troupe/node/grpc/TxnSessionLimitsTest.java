package dev.troupe.node.grpc;

import static dev.troupe.node.grpc.TxnMessages.begin;
import static dev.troupe.node.grpc.TxnMessages.commit;
import static dev.troupe.node.grpc.TxnMessages.get;
import static dev.troupe.node.grpc.TxnMessages.put;
import static dev.troupe.node.grpc.TxnMessages.rollback;
import static dev.troupe.node.grpc.TxnMessages.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.SwitchableTransactions;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnScanRequest;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TxnSessionLimitsTest extends TxnSessionFixture {
  @Test
  void shouldRollBackWhenTheCallsDeadlinePasses() {
    Context.CancellableContext client = Context.current().withCancellation();
    client.run(
        () -> {
          StreamObserver<TxnSessionRequest> stream =
              grpc.txnAsync().withDeadlineAfter(300, TimeUnit.MILLISECONDS).session(answers);
          stream.onNext(begin());
        });
    answers.awaitEnd();
    client.cancel(null);

    Awaitility.await().until(() -> session().closed.get() == 1);
    Awaitility.await().untilAsserted(this::assertNothingHeld);
  }

  @Test
  void shouldGiveATransactionTheTimeItAsksForWithinTheLimit() {
    long before = SystemClocks.monotonic().nanos();
    for (int timeout : new int[] {2_000, 0, -1}) {
      var ended = new RecordingObserver<TxnSessionResponse>();
      StreamObserver<TxnSessionRequest> stream = grpc.txnAsync().session(ended);
      stream.onNext(begin(BeginRequest.newBuilder().setTimeoutMillis(timeout)));
      stream.onNext(rollback(1));
      ended.awaitEnd();
    }
    List<Duration> timeouts =
        transactions.deadlines.stream().map(at -> Duration.ofNanos(at - before)).toList();
    assertThat(timeouts.get(0)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
    assertThat(timeouts.get(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(60));
    assertThat(timeouts.get(2)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(80));
  }

  @Test
  void shouldRefuseMoreSessionsThanTheNodeMayHave() throws IOException {
    grpc.close();
    grpc = new GrpcFixture(transactions, GrpcFixture.LIMITS, limits(1, 8, 4 << 20));
    StreamObserver<TxnSessionRequest> first = send(begin());
    awaitAnswers(1);

    var second = new RecordingObserver<TxnSessionResponse>();
    long begun = System.nanoTime();
    grpc.txnAsync().session(second);
    second.awaitEnd();
    assertThat(System.nanoTime() - begun)
        .isGreaterThanOrEqualTo(RequestLimits.REFUSAL_PAUSE_MILLIS * 1_000_000L);
    assertThat(StatusMapping.codeOf(second.failure())).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(second.failure()).hasMessageContaining("troupe.transactions.open-sessions");
    assertThat(grpc.sessions.count()).isOne();

    first.onNext(rollback(1));
    answers.awaitEnd();
    var third = new RecordingObserver<TxnSessionResponse>();
    StreamObserver<TxnSessionRequest> again = grpc.txnAsync().session(third);
    again.onNext(begin());
    again.onNext(rollback(1));
    third.awaitEnd();
    assertThat(third.failure()).isNull();
  }

  @Test
  void shouldEndATransactionThatTheNodeHasNoRoomForButLetOthersCommit() throws IOException {
    grpc.close();
    grpc =
        new GrpcFixture(
            transactions,
            new GrpcLimits(1, 1000, 10, Duration.ofSeconds(1)),
            GrpcFixture.TXN_LIMITS);
    Queue<Runnable> held = hold();
    send(begin(), put(1, "a", "1"));
    Awaitility.await().until(() -> held.size() == 1);

    var refused = new RecordingObserver<TxnSessionResponse>();
    StreamObserver<TxnSessionRequest> second = grpc.txnAsync().session(refused);
    second.onNext(begin());
    second.onNext(put(1, "b", "1"));
    second.onNext(commit(2));
    refused.awaitEnd();
    var committed = new RecordingObserver<TxnSessionResponse>();
    StreamObserver<TxnSessionRequest> third = grpc.txnAsync().session(committed);
    third.onNext(begin());
    third.onNext(commit(1));
    Awaitility.await().until(() -> held.size() == 2);

    TxnFailure overloaded = refused.messages().get(1).getFailure();
    assertThat(overloaded.getFailure().getReason()).isEqualTo("OVERLOADED");
    assertThat(overloaded.getEnded()).isTrue();
    assertThat(refused.messages().get(2).getFailure().getFailure().getReason())
        .isEqualTo("TXN_ENDED");
    runNext(held);
    runNext(held);
    committed.awaitEnd();
    assertThat(committed.messages().get(1).hasCommit()).isTrue();
    assertThat(grpc.admission.requests()).isZero();
  }

  @Test
  void shouldSayThatThereIsNoClusterYet() throws IOException {
    grpc.close();
    grpc =
        new GrpcFixture(new SwitchableTransactions(), GrpcFixture.LIMITS, GrpcFixture.TXN_LIMITS);
    send(begin(), get(1, "a"), commit(2));
    answers.awaitEnd();

    assertThat(failure(1).getFailure().getReason()).isEqualTo("NOT_INITIALIZED");
    assertThat(failure(1).getEnded()).isTrue();
    assertThat(failure(2).getFailure().getReason()).isEqualTo("TXN_ENDED");
  }

  private static TxnLimits limits(int sessions, int inFlight, long bytes) {
    return new TxnLimits(sessions, inFlight, bytes, Duration.ofSeconds(60));
  }

  private void assertStaysAt(Queue<Runnable> held, int count) {
    Awaitility.await().until(() -> held.size() == count);
    Awaitility.await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(5))
        .until(() -> held.size() == count);
  }

  @Test
  void shouldStopReadingWhenTooManyRequestsWait() throws IOException {
    grpc.close();
    grpc = new GrpcFixture(transactions, GrpcFixture.LIMITS, limits(10, 8, 4 << 20));
    Queue<Runnable> held = hold();
    StreamObserver<TxnSessionRequest> stream = send(begin());
    for (int i = 1; i <= 100; i++) {
      stream.onNext(put(i, "k" + i, ""));
    }
    stream.onNext(commit(101));
    assertStaysAt(held, 8);

    // Whatever is answered makes room for as much.
    for (int i = 0; i <= 100; i++) {
      assertThat(held.size()).isLessThanOrEqualTo(8);
      runNext(held);
    }
    answers.awaitEnd();
    assertThat(answers.messages()).hasSize(102);
    assertThat(answer(101).hasCommit()).isTrue();
    assertThat(session().requests).hasSize(101);
    assertThat(((TxnRequest.Put) session().requests.get(99)).key().toString()).endsWith("k100");
  }

  @Test
  void shouldStopReadingWhenTooManyBytesWait() throws IOException {
    grpc.close();
    grpc = new GrpcFixture(transactions, GrpcFixture.LIMITS, limits(10, 100, 100_000));
    Queue<Runnable> held = hold();
    StreamObserver<TxnSessionRequest> stream = send(begin());
    String value = "v".repeat(40_000);
    for (int i = 1; i <= 10; i++) {
      stream.onNext(put(i, "k" + i, value));
    }
    stream.onNext(commit(11));

    assertStaysAt(held, 3);
    for (int i = 1; i <= 11; i++) {
      runNext(held);
    }
    answers.awaitEnd();
    assertThat(answer(11).hasCommit()).isTrue();
  }

  @Test
  void shouldReadNoFurtherThanASlowReaderTakes() {
    byte[] megabyte = new byte[RequestLimits.SCAN_PAGE_BYTES];
    byte[] key = "a".getBytes(StandardCharsets.UTF_8);
    kv.send(new KvRequest.Put(Keyspace.kv("default", key), megabyte), 0, written -> {});
    SlowReader reader = new SlowReader();
    StreamObserver<TxnSessionRequest> stream = grpc.txnAsync().session(reader);
    stream.onNext(begin());
    for (int i = 1; i <= 60; i++) {
      stream.onNext(scan(i, TxnScanRequest.newBuilder()));
    }
    stream.onNext(commit(61));
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !transactions.sessions.isEmpty() && session().requests.size() < 12);

    reader.readOn();

    Awaitility.await().until(() -> reader.ended);
    assertThat(reader.answers).hasValue(62);
    assertThat(session().requests).hasSize(61);
  }
}
