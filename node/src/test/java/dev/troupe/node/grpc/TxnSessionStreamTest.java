package dev.troupe.node.grpc;

import static dev.troupe.node.grpc.TxnMessages.begin;
import static dev.troupe.node.grpc.TxnMessages.bytes;
import static dev.troupe.node.grpc.TxnMessages.commit;
import static dev.troupe.node.grpc.TxnMessages.delete;
import static dev.troupe.node.grpc.TxnMessages.get;
import static dev.troupe.node.grpc.TxnMessages.put;
import static dev.troupe.node.grpc.TxnMessages.release;
import static dev.troupe.node.grpc.TxnMessages.rollback;
import static dev.troupe.node.grpc.TxnMessages.rollbackTo;
import static dev.troupe.node.grpc.TxnMessages.savepoint;
import static dev.troupe.node.grpc.TxnMessages.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.v1.Row;
import dev.troupe.v1.TxnScanRequest;
import dev.troupe.v1.TxnSessionRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TxnSessionStreamTest extends TxnSessionFixture {
  @Test
  void shouldCarryOutRequestsInOrderAndEndAfterTheCommit() {
    send(
        begin(),
        put(1, "a", "1"),
        put(2, "b", "2"),
        get(3, "a"),
        delete(4, "a"),
        get(5, "a"),
        scan(6, TxnScanRequest.newBuilder()),
        commit(7));
    answers.awaitEnd();

    assertThat(answers.failure()).isNull();
    assertThat(answers.messages()).hasSize(8);
    assertThat(answer(0).getBegin().getTransactionId().size()).isEqualTo(16);
    assertThat(answer(1).hasDone()).isTrue();
    assertThat(answer(3).getGet().getValue()).isEqualTo(bytes("1"));
    assertThat(answer(3).getGet().getVersion()).isZero();
    assertThat(answer(5).getGet().getFound()).isFalse();
    assertThat(answer(6).getScan().getRowsList())
        .extracting(Row::getKey)
        .containsExactly(bytes("b"));
    assertThat(answer(7).getCommit().getVersion()).isPositive();
    assertThat(stored("a")).isNull();
    assertThat(stored("b")).isEqualTo("2");
    assertThat(session().closed).hasValue(0);
    assertNothingHeld();
    assertThat(grpc.finished).startsWith("begin null", "put null").endsWith("commit null");
  }

  @Test
  void shouldUndoToASavepointAndRollBack() {
    send(
        begin(),
        savepoint(1, "s"),
        put(2, "a", "1"),
        rollbackTo(3, "s"),
        get(4, "a"),
        release(5, "s"),
        rollback(6));
    answers.awaitEnd();

    assertThat(answers.messages()).hasSize(7);
    assertThat(answer(4).getGet().getFound()).isFalse();
    assertThat(answer(5).hasDone()).isTrue();
    assertThat(answer(6).hasDone()).isTrue();
    assertThat(session().closed).hasValue(0);
    assertNothingHeld();
  }

  @Test
  void shouldReverseScansAndPassLocksOn() {
    send(
        begin(),
        put(1, "a", "1"),
        put(2, "b", "2"),
        scan(3, TxnScanRequest.newBuilder().setReverse(true).setLimit(1).setLockValue(1)),
        TxnSessionRequest.newBuilder().setId(4).setGet(get("a").setLockValue(3)).build(),
        commit(5));
    answers.awaitEnd();

    assertThat(answer(3).getScan().getRows(0).getKey()).isEqualTo(bytes("b"));
    assertThat(answer(3).getScan().getResume()).isEqualTo(bytes("b"));
    TxnRequest.Scan scan = (TxnRequest.Scan) session().requests.get(2);
    assertThat(scan.lock()).isEqualTo(TxnRequest.Lock.WAIT);
    assertThat(scan.maxBytes()).isEqualTo(RequestLimits.SCAN_PAGE_BYTES);
    assertThat(((TxnRequest.Get) session().requests.get(3)).lock())
        .isEqualTo(TxnRequest.Lock.SKIP_LOCKED);
  }

  @Test
  void shouldAnswerEveryRequestAfterTheEnd() {
    Queue<Runnable> held = hold();
    send(begin(), commit(1), get(2, "a"), commit(3));
    awaitAnswers(3);
    runNext(held);
    answers.awaitEnd();

    assertThat(answers.failure()).isNull();
    assertThat(answers.messages()).hasSize(4);
    assertThat(answer(1).hasCommit()).isTrue();
    assertThat(failure(2).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(failure(2).getEnded()).isTrue();
    assertThat(failure(3).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(session().requests).hasSize(1);
    assertThat(session().closed).hasValue(0);
  }

  @Test
  void shouldStayOpenForRequestsThatATransactionThatFailedCannotAnswer() {
    transactions.script.add(Optional.of(new TxnResponse.Failed(ErrorCode.DEADLOCK, "gave way")));
    StreamObserver<TxnSessionRequest> stream = send(begin(), get(1, "a"));
    awaitAnswers(2);
    assertThat(failure(1).getEnded()).isTrue();
    assertThat(failure(1).getFailure().getRetry()).isEqualTo("RESTART");

    stream.onNext(get(2, "a"));
    awaitAnswers(3);
    assertThat(failure(2).getFailure().getReason()).isEqualTo("TXN_ENDED");
    stream.onNext(rollback(3));
    answers.awaitEnd();

    assertThat(failure(3).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(session().requests).hasSize(1);
    assertThat(session().closed).hasValue(1);
    assertNothingHeld();
  }

  @Test
  void shouldNotCommitBehindARequestThatFailed() {
    Queue<Runnable> held = hold();
    transactions.script.add(Optional.empty());
    transactions.script.add(
        Optional.of(new TxnResponse.Failed(ErrorCode.UNKNOWN_SAVEPOINT, "no s")));
    send(begin(), put(1, "a", "1"), rollbackTo(2, "s"), commit(3));
    Awaitility.await().until(() -> held.size() == 2);
    runNext(held);
    awaitAnswers(2);
    assertThat(session().requests).as("the commit waits").hasSize(2);
    runNext(held);
    answers.awaitEnd();

    assertThat(failure(2).getEnded()).isTrue();
    assertThat(failure(3).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(session().requests).noneMatch(request -> request instanceof TxnRequest.Commit);
    assertThat(session().closed).hasValue(1);
    assertThat(stored("a")).isNull();
    assertNothingHeld();
  }

  @Test
  void shouldCommitOnceEverythingBeforeIsAnswered() {
    Queue<Runnable> held = hold();
    send(begin(), put(1, "a", "1"), put(2, "b", "1"), commit(3));
    Awaitility.await().until(() -> held.size() == 2);
    runNext(held);
    runNext(held);
    runNext(held);
    answers.awaitEnd();

    assertThat(answer(3).hasCommit()).isTrue();
    assertThat(stored("b")).isEqualTo("1");
  }

  @Test
  void shouldGoOnAfterALockThatCouldNotBeHad() {
    transactions.script.add(
        Optional.of(new TxnResponse.Failed(ErrorCode.LOCK_NOT_AVAILABLE, "a is locked")));
    StreamObserver<TxnSessionRequest> stream = send(begin(), get(1, "a"));
    awaitAnswers(2);
    assertThat(failure(1).getEnded()).isFalse();
    stream.onNext(put(2, "b", "1"));
    stream.onNext(commit(3));
    answers.awaitEnd();

    assertThat(answer(3).hasCommit()).isTrue();
    assertThat(session().closed).hasValue(0);
  }

  @Test
  void shouldNotCommitWhenALockCouldNotBeHadThatTheClientDidNotWaitFor() {
    Queue<Runnable> held = hold();
    transactions.script.add(
        Optional.of(new TxnResponse.Failed(ErrorCode.LOCK_NOT_AVAILABLE, "a is locked")));
    send(begin(), get(1, "a"), commit(2), get(3, "b"));
    // The answer to the last one shows that the Commit has come.
    awaitAnswers(2);
    runNext(held);
    answers.awaitEnd();

    assertThat(failure(1).getEnded()).isTrue();
    assertThat(failure(2).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(session().closed).hasValue(1);
  }

  @Test
  void shouldSayThatTheOutcomeIsNotKnown() {
    transactions.script.add(Optional.of(new TxnResponse.Failed(ErrorCode.AMBIGUOUS, "lost")));
    send(begin(), commit(1));
    answers.awaitEnd();

    assertThat(failure(1).getEnded()).isTrue();
    assertThat(failure(1).getFailure().getRetry()).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(answers.failure()).isNull();
    assertNothingHeld();
  }

  @Test
  void shouldRollBackWhenTheClientHasNothingMoreToAsk() {
    send(begin(), put(1, "a", "1")).onCompleted();
    answers.awaitEnd();

    assertThat(answers.failure()).isNull();
    assertThat(answers.messages()).hasSize(2);
    assertThat(session().closed).hasValue(1);
    assertThat(stored("a")).isNull();
    assertNothingHeld();
  }

  @Test
  void shouldAnswerACommitThoughTheClientHasNothingMoreToAsk() {
    send(begin(), put(1, "a", "1"), commit(2)).onCompleted();
    answers.awaitEnd();

    assertThat(answer(2).hasCommit()).isTrue();
    assertThat(session().closed).hasValue(0);
  }

  @Test
  void shouldEndAStreamOnWhichNothingWasAsked() {
    send().onCompleted();
    answers.awaitEnd();

    assertThat(answers.failure()).isNull();
    assertThat(transactions.sessions).isEmpty();
    assertNothingHeld();
  }

  @Test
  void shouldRollBackOnceWhenTheClientCancels() {
    Queue<Runnable> held = hold();
    StreamObserver<TxnSessionRequest> stream = send(begin(), put(1, "a", "1"), get(2, "a"));
    Awaitility.await().until(() -> held.size() == 2);
    stream.onError(new IllegalStateException("the client gives up"));
    Awaitility.await().until(() -> session().closed.get() == 1);

    runNext(held);
    runNext(held);

    Awaitility.await().untilAsserted(this::assertNothingHeld);
    assertThat(session().closed).hasValue(1);
  }

  @Test
  void shouldRollBackOnceWhenTheConnectionIsLost() {
    send(begin(), put(1, "a", "1"));
    awaitAnswers(2);

    grpc.channel.shutdownNow();

    Awaitility.await().until(() -> session().closed.get() == 1);
    Awaitility.await().untilAsserted(this::assertNothingHeld);
    assertThat(session().closed).hasValue(1);
  }

  @Test
  void shouldReportAnAnswerThatDoesNotFit() {
    transactions.script.add(
        Optional.of(new TxnResponse.OneShotDone(true, List.of(), Timestamp.MIN)));
    send(begin(), get(1, "a"), rollback(2));
    answers.awaitEnd();

    assertThat(failure(1).getFailure().getReason()).isEqualTo("INTERNAL");
  }

  @Test
  void shouldNotRollBackTwiceWhenTheClientLeavesAfterAFailure() {
    transactions.script.add(Optional.of(new TxnResponse.Failed(ErrorCode.DEADLOCK, "gave way")));
    StreamObserver<TxnSessionRequest> stream = send(begin(), get(1, "a"));
    awaitAnswers(2);
    assertThat(session().closed).hasValue(1);

    stream.onError(new IllegalStateException("the client gives up"));

    Awaitility.await().untilAsserted(this::assertNothingHeld);
    assertThat(session().closed).hasValue(1);
  }
}
