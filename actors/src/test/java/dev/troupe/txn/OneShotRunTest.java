package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.id;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Transactions of one request, and what of it happens when it is repeated. */
class OneShotRunTest extends CoordinatorFixture {
  private CompletableFuture<TxnResponse> execute(
      List<TxnRequest.Compare> compares,
      List<TxnRequest.Operation> then,
      List<TxnRequest.Operation> orElse) {
    var answer = new CompletableFuture<TxnResponse>();
    node(1)
        .execute(
            new TxnRequest.OneShot(id(77), compares, then, orElse),
            clock.get() + 60 * SECOND,
            once(answer));
    return answer;
  }

  private static List<TxnRequest.Compare> isOld() {
    return List.of(
        new TxnRequest.Compare.ValueIs(key("b"), "old".getBytes(StandardCharsets.UTF_8)));
  }

  private void unknown() {
    answer(KvRequest.AskOutcome.class, status(TxnState.UNKNOWN, 0, 0));
  }

  @Test
  void shouldRunAgainWithLocksAfterAConflict() {
    var done = execute(isOld(), List.of(put("b", "new"), get("c")), List.of());
    unknown();
    answer(KvRequest.Get.class, value("old"));
    answer(KvRequest.Get.class, value("c"));
    var first = answer(KvRequest.CommitOnePhase.class, new KvResponse.Changed(key("b")));
    while (later.size() < 2) {
      Thread.onSpinWait();
    }
    runLater();
    var held = answer(KvRequest.HoldKey.class, value("old"));
    assertThat(held.losses()).isEqualTo(1);
    answer(KvRequest.Get.class, value("c2"));
    var second =
        answer(
            KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 2_000, OneShotRun.MATCHED));

    // Two attempts of one request.
    assertThat(first.request()).isEqualTo(id(77)).isEqualTo(second.request());
    assertThat(first.txn()).isNotEqualTo(second.txn());
    var answer = (TxnResponse.OneShotDone) await(done);
    assertThat(answer.matched()).isTrue();
    assertThat(answer.results()).hasSize(2);
    assertThat(answer.at()).isEqualTo(new Timestamp(2_000));
    next(KvRequest.LetGo.class);
    awaitClosed(1);
  }

  @Test
  void shouldLockWhatItOnlyReadsAfterItHasLostAgainAndAgain() {
    var done = execute(List.of(), List.of(get("c"), put("b", "new")), List.of());
    for (int loss = 1; loss <= 3; loss++) {
      answer(KvRequest.Get.class, value("c" + loss));
      answer(KvRequest.CommitOnePhase.class, new KvResponse.Changed(key("c")));
      while (later.size() < 2) {
        Thread.onSpinWait();
      }
      runLater();
    }
    assertThat(answer(KvRequest.HoldKey.class, value("c")).losses()).isEqualTo(3);
    answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 2_000, OneShotRun.MATCHED));

    assertThat(await(done)).isInstanceOf(TxnResponse.OneShotDone.class);
    next(KvRequest.LetGo.class);
    awaitClosed(1);
  }

  @Test
  void shouldTakeTheOtherBranchWhenAComparisonFails() {
    var done = execute(isOld(), List.of(put("b", "new")), List.of(put("c", "else")));
    unknown();
    answer(KvRequest.Get.class, value("other"));
    var commit =
        answer(
            KvRequest.CommitOnePhase.class,
            status(TxnState.COMMITTED, 2_000, OneShotRun.NOT_MATCHED));

    assertThat(commit.changes()).singleElement().extracting("key").isEqualTo(key("c"));
    assertThat(((TxnResponse.OneShotDone) await(done)).matched()).isFalse();
    awaitClosed(1);
  }

  @Test
  void shouldTellWhatARepeatedRequestDidTheFirstTime() {
    var done = execute(isOld(), List.of(put("b", "new")), List.of());
    answer(KvRequest.AskOutcome.class, status(TxnState.COMMITTED, 2_000, OneShotRun.MATCHED));

    assertThat(((TxnResponse.OneShotDone) await(done)).matched()).isTrue();
    awaitClosed(1);
    assertThat(calls).isEmpty();
  }

  /** The first try may have committed between the question and the comparison. */
  @Test
  void shouldNotTakeItsOwnFirstTryForSomebodyElse() {
    var done = execute(isOld(), List.of(put("b", "new")), List.of());
    unknown();
    answer(KvRequest.Get.class, value("new"));
    answer(KvRequest.AskOutcome.class, status(TxnState.COMMITTED, 2_000, OneShotRun.MATCHED));

    assertThat(((TxnResponse.OneShotDone) await(done)).matched()).isTrue();
    awaitClosed(1);
  }

  // --- without a coordinator, as long as none is needed ----------------------------------------

  private CompletableFuture<TxnResponse> executeBlindly(TxnRequest.Operation... operations) {
    return execute(List.of(), List.of(operations), List.of());
  }

  /** A first transaction brings a timestamp to the node. */
  private void warm() {
    var first = executeBlindly(put("a", "first"));
    answer(KvRequest.CommitOnePhase.class, committed(1_500));
    await(first);
    awaitClosed(1);
  }

  private static KvResponse.Status committed(long at) {
    return status(TxnState.COMMITTED, at, OneShotRun.MATCHED);
  }

  private static KvResponse.Failed failed(ErrorCode code) {
    return new KvResponse.Failed(code, "scripted");
  }

  private void awaitLater() {
    while (later.size() < 2) {
      Thread.onSpinWait();
    }
    runLater();
  }

  @Test
  void shouldSendTheCommitOfABlindWriteAtOnce() {
    warm();
    var done = executeBlindly(put("c", "1"), new TxnRequest.Delete(key("b")));
    ScriptedKv.Call call = calls.remove();
    var commit = (KvRequest.CommitOnePhase) call.request();

    assertThat(commit.changes())
        .extracting(KvRequest.Change::key)
        .containsExactly(key("b"), key("c"));
    assertThat(commit.anchor()).as("the key that is named first").isEqualTo(key("c"));
    assertThat(commit.request()).isEqualTo(id(77));
    assertThat(commit.begun()).isLessThan(new Timestamp(2_000));
    assertThat(node(1).openTransactions()).isOne();
    call.reply().accept(committed(2_000));

    var answer = (TxnResponse.OneShotDone) await(done);
    assertThat(answer.matched()).isTrue();
    assertThat(answer.results()).hasSize(2).allMatch(TxnResponse.Done.class::isInstance);
    assertThat(answer.at()).isEqualTo(new Timestamp(2_000));
    assertThat(node(1).openTransactions()).isZero();
  }

  @Test
  void shouldNotCommitBlindlyWhatReadsOrWritesAKeyTwice() {
    warm();
    var twice = executeBlindly(put("b", "1"), put("b", "2"));
    var commit = answer(KvRequest.CommitOnePhase.class, committed(2_000));
    assertThat(commit.changes()).hasSize(1);
    await(twice);

    var reading = executeBlindly(put("b", "1"), get("b"));
    answer(KvRequest.CommitOnePhase.class, committed(2_001));
    assertThat(((TxnResponse.OneShotDone) await(reading)).results().get(1))
        .isInstanceOf(TxnResponse.Value.class);
    awaitClosed(1);
  }

  @Test
  void shouldRepeatABlindCommitWhoseAnswerIsLost() {
    warm();
    var done = executeBlindly(put("b", "1"));
    var first = answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.AMBIGUOUS));
    awaitLater();
    var second = answer(KvRequest.CommitOnePhase.class, committed(2_000));

    assertThat(second).as("the very same").isEqualTo(first);
    assertThat(((TxnResponse.OneShotDone) await(done)).at()).isEqualTo(new Timestamp(2_000));
    awaitClosed(1);
  }

  @Test
  void shouldNotKnowWhatBecameOfALostTryThatIsRefusedAfterwards() {
    for (ErrorCode refusal : List.of(ErrorCode.TXN_ENDED, ErrorCode.CROSS_RANGE_BATCH)) {
      warm();
      var done = executeBlindly(put("b", "1"));
      answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.AMBIGUOUS));
      awaitLater();
      answer(KvRequest.CommitOnePhase.class, failed(refusal));

      assertThat(code(done)).isEqualTo(ErrorCode.AMBIGUOUS);
      awaitClosed(1);
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldDivideWhatTheRangeDoesNotHaveAnyMore() {
    warm();
    var done = executeBlindly(put("b", "1"), put("c", "2"));
    var first = answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.CROSS_RANGE_BATCH));
    var second = answer(KvRequest.CommitOnePhase.class, committed(2_000));

    assertThat(second.begun()).isEqualTo(first.begun());
    assertThat(second.changes()).isEqualTo(first.changes());
    assertThat(((TxnResponse.OneShotDone) await(done)).results()).hasSize(2);
    awaitClosed(1);
  }

  @Test
  void shouldTellWhatABlindRequestDidWhenItWasSentBefore() {
    warm();
    var done = executeBlindly(put("b", "1"));
    answer(
        KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 1_200, OneShotRun.NOT_MATCHED));

    var answer = (TxnResponse.OneShotDone) await(done);
    assertThat(answer.matched()).isFalse();
    assertThat(answer.at()).isEqualTo(new Timestamp(1_200));
    awaitClosed(1);
  }

  @Test
  void shouldRunABlindRequestAgainUnderAnotherNameWhenItWasGivenUp() {
    warm();
    var done = executeBlindly(put("b", "1"));
    var first = answer(KvRequest.CommitOnePhase.class, status(TxnState.ABORTED, 0, 0));
    awaitLater();
    var second = answer(KvRequest.CommitOnePhase.class, committed(2_000));

    assertThat(second.request()).isEqualTo(first.request());
    assertThat(second.txn()).isNotEqualTo(first.txn());
    assertThat(((TxnResponse.OneShotDone) await(done)).at()).isEqualTo(new Timestamp(2_000));
    awaitClosed(1);
  }

  @Test
  void shouldReadOnlyWithoutCommitting() {
    var done = execute(List.of(), List.of(get("b"), get("c")), List.of());
    answer(KvRequest.Get.class, value("1"));
    answer(KvRequest.Get.class, value(null));

    assertThat(((TxnResponse.OneShotDone) await(done)).results()).hasSize(2);
    awaitClosed(1);
    assertThat(calls).isEmpty();
  }
}
