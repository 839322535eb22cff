package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.prepared;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitRunTest extends CommitRunFixture {
  // --- one range -------------------------------------------------------------------------------

  @Test
  void shouldCommitInOneStepWhatIsInOneRange() {
    reads.add(Key.of("x"));
    start("b", "c");
    var step = kv.waiting(KvRequest.CommitOnePhase.class);
    assertThat(step.reads()).containsExactly(new KeySpan(Key.of("x"), Key.of("x").next()));
    assertThat(step.changes()).hasSize(2);

    answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 9, 7));

    assertThat(told).containsExactly("committed 9 7", "cleaned up");
    assertThat(kv.sent).hasSize(1);
  }

  @Test
  void shouldSayWhatASingleStepWasAnswered() {
    start("b");
    answer(KvRequest.CommitOnePhase.class, new KvResponse.Changed(Key.of("b")));
    start("b");
    answer(KvRequest.CommitOnePhase.class, status(TxnState.ABORTED, 0, 0));
    start("b");
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.TIMESTAMP_TOO_OLD));

    assertThat(told)
        .containsExactly(
            "failed TXN_CONFLICT",
            "cleaned up",
            "failed TXN_CONFLICT",
            "cleaned up",
            "failed TIMESTAMP_TOO_OLD",
            "cleaned up");
  }

  @Test
  void shouldRepeatALostStepAndTellTheOutcomeOfTheFirst() {
    start("b");
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.AMBIGUOUS));
    kv.pass(1_000_000_000L);
    answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 9, 7));

    assertThat(kv.count(KvRequest.CommitOnePhase.class)).isEqualTo(2);
    assertThat(told).containsExactly("committed 9 7", "cleaned up");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"TXN_ENDED", "CROSS_RANGE_BATCH", "TIMESTAMP_TOO_OLD"})
  void shouldNotSayThatNothingHappenedWhenAnEarlierTryIsUnknown(ErrorCode later) {
    CommitRun run = start("b");
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.AMBIGUOUS));
    kv.pass(1_000_000_000L);
    giveUp(run);
    answer(KvRequest.CommitOnePhase.class, failed(later));

    assertThat(told).containsExactly("failed AMBIGUOUS", "cleaned up");
  }

  @Test
  void shouldGoOnInTwoPhasesWhenABorderHasMovedBetweenItsKeys() {
    start("b", "m");
    kv.borders.add(Key.of("h"));
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.CROSS_RANGE_BATCH));

    assertThat(kv.count(KvRequest.Prepare.class)).isEqualTo(2);
    assertThat(told).isEmpty();
  }

  @Test
  void shouldGiveUpAStepThatWaits() {
    CommitRun run = start("b");
    giveUp(run);
    assertThat(kv.waiting(KvRequest.LetGo.class).keys()).containsExactly(Key.of("b"));
    assertThat(told).isEmpty();
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.TXN_ENDED));

    assertThat(told).containsExactly("failed DEADLOCK", "cleaned up");
  }

  @Test
  void shouldStayCommittedWhenItIsToGiveUpTooLate() {
    CommitRun run = start("b");
    giveUp(run);
    answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 9, 7));
    giveUp(run);

    assertThat(told).containsExactly("committed 9 7", "cleaned up");
  }

  // --- several ranges --------------------------------------------------------------------------

  private CommitRun twoRanges() {
    kv.borders.add(Key.of("h"));
    return start("b", "m");
  }

  @Test
  void shouldNotDecideToCommitLaterThanItMay() {
    notAfter = new Timestamp(650);
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));

    assertThat(told).containsExactly("failed TXN_CONFLICT");
    assertThat(kv.count(KvRequest.Decide.class)).isZero();
    assertThat(kv.count(KvRequest.Abort.class)).isEqualTo(1);
  }

  @Test
  void shouldReadWhatItReliedOnToCommitLater() {
    notAfter = new Timestamp(650);
    otherwise = Key.of("a");
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));

    var validate = kv.waiting(KvRequest.Validate.class);
    assertThat(validate.spans()).containsExactly(KeySpan.of(Key.of("a")));
    assertThat(validate.after()).isEqualTo(new Timestamp(500));
    answer(KvRequest.Validate.class, new KvResponse.Changed(Key.of("a")));
    assertThat(told).containsExactly("failed TXN_CONFLICT");
    assertThat(kv.count(KvRequest.Decide.class)).isZero();
  }

  @Test
  void shouldReadWhatItReliedOnWhenARangeFindsItLate() {
    kv.borders.add(Key.of("h"));
    notAfter = new Timestamp(650);
    otherwise = Key.of("m");
    start("b");
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.TXN_CONFLICT));
    assertThat(told).isEmpty();
    prepareOf("b", prepared(700));
    assertThat(kv.waiting(KvRequest.Validate.class).spans())
        .containsExactly(KeySpan.of(Key.of("m")));
    answer(KvRequest.Validate.class, new KvResponse.Valid());
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 700, 7));
    assertThat(told).containsExactly("committed 700 7");
  }

  @Test
  void shouldFindItLateOnlyOnce() {
    notAfter = new Timestamp(650);
    otherwise = Key.of("a");
    start("b");
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.TXN_CONFLICT));
    var again = kv.waiting(KvRequest.CommitOnePhase.class);
    assertThat(again.notAfter()).isEqualTo(Timestamp.MAX);
    assertThat(again.reads()).containsExactly(KeySpan.of(Key.of("a")));
    answer(KvRequest.CommitOnePhase.class, failed(ErrorCode.TXN_CONFLICT));
    assertThat(told).containsExactly("failed TXN_CONFLICT", "cleaned up");
  }

  @Test
  void shouldCommitAtTheHighestBoundAndResolveBehindTheAnswer() {
    reads.add(Key.of("m"));
    reads.add(Key.of("x"));
    twoRanges();
    var prepares = kv.sent.stream().map(KvRequest.Prepare.class::cast).toList();
    assertThat(prepares).extracting(KvRequest.Prepare::record).containsExactly(true, false);
    // What is written too is validated with its lock, and only there.
    assertThat(prepares.get(0).reads()).isEmpty();
    assertThat(prepares.get(1).reads())
        .containsExactly(new KeySpan(Key.of("m"), Key.of("m").next()));
    prepareOf("m", prepared(600));
    assertThat(kv.count(KvRequest.Validate.class)).isZero();
    prepareOf("b", prepared(700));

    var validate = kv.waiting(KvRequest.Validate.class);
    assertThat(validate.spans()).containsExactly(new KeySpan(Key.of("x"), Key.of("x").next()));
    assertThat(validate.after()).isEqualTo(new Timestamp(500));
    assertThat(validate.upTo()).isEqualTo(new Timestamp(700));
    assertThat(kv.count(KvRequest.Decide.class)).isZero();
    answer(KvRequest.Validate.class, new KvResponse.Valid());

    assertThat(kv.waiting(KvRequest.Decide.class).commitAt()).isEqualTo(new Timestamp(700));
    assertThat(told).isEmpty();
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 700, 7));
    assertThat(told).containsExactly("committed 700 7");
    assertThat(kv.count(KvRequest.Resolve.class)).isEqualTo(2);
    assertThat(kv.waiting(KvRequest.Resolve.class).commitAt()).isEqualTo(new Timestamp(700));
    answer(KvRequest.Resolve.class, new KvResponse.Valid());
    assertThat(kv.count(KvRequest.Finish.class)).isZero();
    answer(KvRequest.Resolve.class, new KvResponse.Valid());
    answer(KvRequest.Finish.class, status(TxnState.COMMITTED, 700, 7));
    assertThat(told).containsExactly("committed 700 7", "cleaned up");
    assertThat(kv.calls).isEmpty();
  }

  @Test
  void shouldNotFinishARecordWhileALockMayBeLeft() {
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 700, 7));
    answer(KvRequest.Resolve.class, new KvResponse.Valid());
    answer(KvRequest.Resolve.class, failed(ErrorCode.CORRUPTION));

    assertThat(kv.count(KvRequest.Finish.class)).isZero();
    assertThat(told).containsExactly("committed 700 7", "cleaned up");
  }

  @ParameterizedTest
  @ValueSource(strings = {"changed", "aborted", "failed", "lost for good"})
  void shouldAbortWhenOnePrepareFails(String how) {
    twoRanges();
    switch (how) {
      case "changed" -> prepareOf("m", new KvResponse.Changed(Key.of("m")));
      case "aborted" -> prepareOf("m", status(TxnState.ABORTED, 0, 0));
      case "failed" -> prepareOf("m", failed(ErrorCode.TIMESTAMP_TOO_OLD));
      default -> {
        kv.now = DEADLINE;
        prepareOf("m", failed(ErrorCode.AMBIGUOUS));
      }
    }
    String code =
        switch (how) {
          case "changed", "aborted" -> "TXN_CONFLICT";
          case "failed" -> "TIMESTAMP_TOO_OLD";
          // Without a decision nothing has happened, and the client may know it.
          default -> "RANGE_UNAVAILABLE";
        };
    assertThat(told).containsExactly("failed " + code);
    answer(KvRequest.Abort.class, status(TxnState.ABORTED, 0, 0));
    // A lock may still come: nothing is taken away before that is known.
    assertThat(kv.count(KvRequest.Resolve.class)).isZero();
    prepareOf("b", prepared(700));
    assertThat(kv.waiting(KvRequest.Resolve.class).commitAt()).isNull();
    cleanUp(TxnState.ABORTED);

    assertThat(told).containsExactly("failed " + code, "cleaned up");
    assertThat(kv.count(KvRequest.Decide.class)).isZero();
    assertThat(kv.count(KvRequest.Finish.class)).isZero();
  }

  @Test
  void shouldNotTakeAwayTheLocksOfAnotherThatIsCommittedUnderItsName() {
    twoRanges();
    prepareOf("b", status(TxnState.COMMITTED, 300, 7));
    prepareOf("m", prepared(700));
    answer(KvRequest.Abort.class, status(TxnState.COMMITTED, 300, 7));
    cleanUp(TxnState.COMMITTED);

    assertThat(kv.count(KvRequest.Resolve.class)).isZero();
    assertThat(told).containsExactly("failed TXN_CONFLICT", "cleaned up");
  }

  @Test
  void shouldAbortWhenWhatItReadHasChanged() {
    reads.add(Key.of("x"));
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    answer(KvRequest.Validate.class, new KvResponse.Changed(Key.of("x")));
    cleanUp(TxnState.ABORTED);

    assertThat(told).containsExactly("failed TXN_CONFLICT", "cleaned up");
    assertThat(kv.count(KvRequest.Decide.class)).isZero();
    assertThat(kv.count(KvRequest.Resolve.class)).isEqualTo(2);
  }

  @Test
  void shouldLeaveItToTheRecordWhenTheDecisionIsUnknown() {
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    kv.now = DEADLINE;
    answer(KvRequest.Decide.class, failed(ErrorCode.AMBIGUOUS));

    assertThat(told).containsExactly("failed AMBIGUOUS", "cleaned up");
    assertThat(kv.count(KvRequest.Abort.class)).isZero();
    assertThat(kv.count(KvRequest.Resolve.class)).isZero();
  }

  @Test
  void shouldRepeatALostDecision() {
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    answer(KvRequest.Decide.class, failed(ErrorCode.AMBIGUOUS));
    kv.pass(1_000_000_000L);
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 700, 7));
    cleanUp(TxnState.COMMITTED);

    assertThat(told).containsExactly("committed 700 7", "cleaned up");
  }

  @ParameterizedTest
  @EnumSource(
      value = TxnState.class,
      names = {"ABORTED", "UNKNOWN"})
  void shouldTakeItsLocksAwayWhenOthersHaveAbortedIt(TxnState state) {
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    answer(KvRequest.Decide.class, status(state, 0, 0));
    assertThat(kv.waiting(KvRequest.Resolve.class).commitAt()).isNull();
    cleanUp(TxnState.ABORTED);

    assertThat(told).containsExactly("failed TXN_CONFLICT", "cleaned up");
  }

  @Test
  void shouldTellWhatAnEarlierAttemptDidAndTakeItsOwnLocksAway() {
    twoRanges();
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 300, 2));
    assertThat(kv.waiting(KvRequest.Resolve.class).commitAt()).isNull();
    cleanUp(TxnState.COMMITTED);

    assertThat(told).containsExactly("committed 300 2", "cleaned up");
    assertThat(kv.count(KvRequest.Finish.class)).isZero();
  }

  @Test
  void shouldDivideAPartAnewWhenABorderHasMovedThroughIt() {
    kv.borders.add(Key.of("h"));
    start("b", "m", "p");
    kv.borders.add(Key.of("n"));
    prepareOf("m", failed(ErrorCode.CROSS_RANGE_BATCH));
    prepareOf("m", prepared(600));
    prepareOf("p", prepared(800));
    prepareOf("b", prepared(700));
    assertThat(kv.waiting(KvRequest.Decide.class).commitAt()).isEqualTo(new Timestamp(800));
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 800, 7));
    // The borders may move at the last step, too.
    kv.borders.add(Key.of("q"));
    answer(KvRequest.Resolve.class, failed(ErrorCode.CROSS_RANGE_BATCH));
    cleanUp(TxnState.COMMITTED);

    assertThat(told).containsExactly("committed 800 7", "cleaned up");
    assertThat(kv.count(KvRequest.Finish.class)).isEqualTo(1);
  }

  @Test
  void shouldDivideThePartThatMakesTheRecordAnew() {
    kv.borders.add(Key.of("h"));
    start("b", "c", "m");
    kv.borders.addFirst(Key.of("c"));
    prepareOf("c", failed(ErrorCode.CROSS_RANGE_BATCH));

    var records =
        kv.calls.stream()
            .map(call -> (KvRequest.Prepare) call.request())
            .filter(KvRequest.Prepare::record)
            .toList();
    assertThat(records).hasSize(1);
    assertThat(records.getFirst().changes())
        .extracting(KvRequest.Change::key)
        .containsExactly(Key.of("b"));
  }

  @Test
  void shouldCutWhatIsTooLargeForOneEntry() {
    valueBytes = 400 << 10;
    start("b", "c", "d", "e", "f", "g", "i");

    var prepares = kv.sent.stream().map(KvRequest.Prepare.class::cast).toList();
    assertThat(prepares).hasSize(3);
    assertThat(prepares).extracting(KvRequest.Prepare::record).containsExactly(true, false, false);
    assertThat(prepares.stream().mapToInt(p -> p.changes().size()).sum()).isEqualTo(7);
  }

  @Test
  void shouldPrepareManyPiecesAFewAtATime() {
    valueBytes = 1 << 20;
    var keys = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      keys.add(String.format("k%02d", i));
    }
    start(keys.toArray(String[]::new));
    int bound = 600;
    int peak = 0;
    while (kv.count(KvRequest.Decide.class) == 0) {
      peak = Math.max(peak, kv.calls.size());
      answer(KvRequest.Prepare.class, prepared(bound++));
    }
    assertThat(kv.count(KvRequest.Prepare.class)).isEqualTo(50);
    assertThat(peak).isLessThanOrEqualTo(32);
    assertThat(kv.waiting(KvRequest.Decide.class).commitAt()).isEqualTo(new Timestamp(649));
  }

  @Test
  void shouldGiveUpOnlyBeforeItDecides() {
    CommitRun run = twoRanges();
    prepareOf("b", prepared(700));
    giveUp(run);
    giveUp(run);
    assertThat(told).containsExactly("failed DEADLOCK");
    // The prepare that waits for a lock is told not to.
    assertThat(kv.waiting(KvRequest.LetGo.class).keys()).containsExactly(Key.of("m"));
    cleanUp(TxnState.ABORTED);
    assertThat(told).containsExactly("failed DEADLOCK", "cleaned up");

    told.clear();
    CommitRun decided = start("b", "m");
    prepareOf("m", prepared(600));
    prepareOf("b", prepared(700));
    giveUp(decided);
    answer(KvRequest.Decide.class, status(TxnState.COMMITTED, 700, 7));
    giveUp(decided);
    cleanUp(TxnState.COMMITTED);
    assertThat(told).containsExactly("committed 700 7", "cleaned up");
  }

  @Test
  void shouldFailWhenTheRangesAreNotFound() {
    kv.rangesUnknown = true;
    start("b");

    assertThat(told).containsExactly("failed RANGE_UNAVAILABLE", "cleaned up");
    assertThat(kv.sent).isEmpty();
  }
}
