package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.id;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

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
    answer(KvRequest.HoldKey.class, value("old"));
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
