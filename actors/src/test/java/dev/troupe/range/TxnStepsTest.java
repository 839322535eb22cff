package dev.troupe.range;

import static dev.troupe.range.TxnWorld.abort;
import static dev.troupe.range.TxnWorld.commit;
import static dev.troupe.range.TxnWorld.decide;
import static dev.troupe.range.TxnWorld.finish;
import static dev.troupe.range.TxnWorld.id;
import static dev.troupe.range.TxnWorld.keys;
import static dev.troupe.range.TxnWorld.prepare;
import static dev.troupe.range.TxnWorld.put;
import static dev.troupe.range.TxnWorld.resolve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every step does in every state that it may meet. */
class TxnStepsTest {
  private final TxnWorld world = new TxnWorld();

  private static TxnState state(KvResponse answer) {
    assertThat(answer).isInstanceOf(KvResponse.Status.class);
    return ((KvResponse.Status) answer).state();
  }

  private static Timestamp bound(KvResponse answer) {
    assertThat(answer).isInstanceOf(KvResponse.Prepared.class);
    return ((KvResponse.Prepared) answer).bound();
  }

  private static ErrorCode code(KvResponse answer) {
    assertThat(answer).isInstanceOf(KvResponse.Failed.class);
    return ((KvResponse.Failed) answer).code();
  }

  /** Applies a step twice: the second time nothing changes but how far the log was applied. */
  private KvResponse twice(KvRequest.TxnStep step) {
    KvResponse first = world.one(step);
    List<String> before = withoutPosition();
    KvResponse second = world.one(step);
    assertThat(second).isEqualTo(first);
    assertThat(withoutPosition()).isEqualTo(before);
    return first;
  }

  private List<String> withoutPosition() {
    return world.store.dump().stream().filter(line -> !line.contains("APPLIED")).toList();
  }

  // --- one phase -------------------------------------------------------------------------------

  @Test
  void shouldCommitInOnePhaseOnce() {
    var committed = (KvResponse.Status) twice(commit(1, "b=1", "c=1"));

    assertThat(committed.state()).isEqualTo(TxnState.COMMITTED);
    assertThat(committed.tag()).isEqualTo(1);
    assertThat(world.read("b")).isEqualTo("1");
    assertThat(world.stored(Key.of("c"))).hasSize(1);
    assertThat(world.status(1, "b")).isEqualTo(committed);
  }

  @Test
  void shouldNotCommitLaterThanItMay() {
    Timestamp past = world.draw();
    Timestamp future = Timestamp.of(past.millis() + 60_000, 0);

    assertThat(code(world.one(TxnWorld.commitBy(1, past, "b=1"))))
        .isEqualTo(ErrorCode.TXN_CONFLICT);
    assertThat(world.read("b")).isNull();
    assertThat(world.status(1, "b").state()).isEqualTo(TxnState.UNKNOWN);

    assertThat(state(world.one(TxnWorld.commitBy(2, future, "b=2")))).isEqualTo(TxnState.COMMITTED);
    assertThat(world.read("b")).isEqualTo("2");
  }

  @Test
  void shouldCommitARequestOnceWhateverItsAttemptsAreCalled() {
    var first = (KvResponse.Status) world.one(request(1, 9, "b=1"));
    var second = (KvResponse.Status) world.one(request(2, 9, "b=2"));

    assertThat(second).isEqualTo(first);
    assertThat(world.read("b")).isEqualTo("1");
  }

  private static KvRequest.CommitOnePhase request(int txn, int request, String change) {
    return TxnWorld.request(txn, request, Timestamp.MIN, change);
  }

  @Test
  void shouldNotCommitInOnePhaseWhatWasAborted() {
    world.one(abort(1, "b"));

    assertThat(state(world.one(commit(1, "b=1")))).isEqualTo(TxnState.ABORTED);
    assertThat(world.read("b")).isNull();
  }

  @Test
  void shouldNotCommitInOnePhaseWhatWasPrepared() {
    world.one(prepare(1, "b", true, "b=1"));

    assertThat(state(world.one(commit(1, "b=1")))).isEqualTo(TxnState.PENDING);
    assertThat(world.read("b")).isNull();
    assertThat(world.lockedKeys()).containsExactly("b");
  }

  @Test
  void shouldFindOutThatWhatItReadHasChanged() {
    world.one(put("c", "old"));
    Timestamp readAt = world.draw();
    world.one(put("c", "new"));

    assertThat(world.one(commit(1, readAt, keys("c"), "b=1")))
        .isInstanceOf(KvResponse.Changed.class);
    assertThat(world.one(prepare(2, "b", true, readAt, keys("c"), "b=1")))
        .isInstanceOf(KvResponse.Changed.class);
    assertThat(world.one(commit(3, world.draw(), keys("c"), "b=1")))
        .isInstanceOf(KvResponse.Status.class);
    // Nothing was left by those that failed.
    assertThat(world.lockedKeys()).isEmpty();
    assertThat(world.status(1, "b").state()).isEqualTo(TxnState.UNKNOWN);
    assertThat(world.status(2, "b").state()).isEqualTo(TxnState.UNKNOWN);
  }

  @Test
  void shouldFindPhantomsAndDeletionsInSpansThatWereRead() {
    var span = List.of(new KeySpan(Key.of("c"), Key.of("e")));
    world.one(put("d", "there"));
    Timestamp readAt = world.draw();
    assertThat(world.one(commit(1, readAt, span, "b=1"))).isInstanceOf(KvResponse.Status.class);

    world.one(new KvRequest.Delete(Key.of("d")));
    assertThat(world.one(commit(2, readAt, span, "b=2"))).isInstanceOf(KvResponse.Changed.class);

    Timestamp again = world.draw();
    world.one(put("cc", "phantom"));
    assertThat(world.one(commit(3, again, span, "b=3"))).isInstanceOf(KvResponse.Changed.class);
    assertThat(world.one(commit(4, world.draw(), span, "b=4")))
        .isInstanceOf(KvResponse.Status.class);
  }

  @Test
  void shouldWaitForLocksOnWhatItWritesAndReads() {
    world.one(prepare(1, "c", true, "c=1"));
    Timestamp readAt = world.draw();

    assertThat(world.one(commit(2, "c=2"))).isEqualTo(new KvResponse.Blocked(Key.of("c")));
    assertThat(world.one(commit(3, readAt, keys("c"), "b=3")))
        .isEqualTo(new KvResponse.Blocked(Key.of("c")));
    assertThat(world.one(commit(4, readAt, List.of(new KeySpan(Key.of("b"), Key.of("d"))), "e=4")))
        .isEqualTo(new KvResponse.Blocked(Key.of("c")));
    assertThat(world.one(prepare(5, "c", true, "c=5")))
        .isEqualTo(new KvResponse.Blocked(Key.of("c")));
    // A blocked prepare makes no record: its coordinator is not told, it waits.
    assertThat(world.status(5, "c").state()).isEqualTo(TxnState.UNKNOWN);
  }

  @Test
  void shouldRefuseWhatMayHaveHappenedBeforeTheHorizon() {
    TxnWorld late = new TxnWorld(Timestamp.of(999, 1));

    assertThat(code(late.one(commit(1, "b=1")))).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(code(late.one(prepare(1, "b", true, "b=1")))).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(code(late.one(prepare(1, "m", false, "b=1")))).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(late.lockedKeys()).isEmpty();
  }

  @Test
  void shouldRefuseReadsOfWhichTheVersionsMayBeCollected() {
    TxnWorld late = new TxnWorld(Timestamp.of(998, 0));
    Timestamp before = Timestamp.of(997, 0);

    assertThat(code(late.one(commit(1, before, keys("c"), "b=1"))))
        .isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    assertThat(code(late.one(prepare(1, "b", true, before, keys("b"), "b=1"))))
        .isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    assertThat(state(late.one(commit(2, "b=1")))).isEqualTo(TxnState.COMMITTED);
  }

  // --- prepare, decide, resolve ----------------------------------------------------------------

  @Test
  void shouldCommitInTwoPhases() {
    Timestamp first = bound(twice(prepare(1, "b", true, "b=1", "c")));
    Timestamp second = bound(twice(prepare(1, "b", false, "d=1")));
    assertThat(world.read("b")).isNull();
    assertThat(world.lockedKeys()).containsExactly("b", "c", "d");
    assertThat(world.status(1, "b").state()).isEqualTo(TxnState.PENDING);
    assertThat(first).isLessThan(second);

    assertThat(state(twice(decide(1, "b", second)))).isEqualTo(TxnState.COMMITTED);
    assertThat(world.lockedKeys()).hasSize(3);

    twice(resolve(1, second, "b", "c", "d"));
    assertThat(world.read("b")).isEqualTo("1");
    assertThat(world.read("b", first)).isNull();
    assertThat(world.read("d", second)).isEqualTo("1");
    assertThat(world.stored(Key.of("c"))).singleElement().asString().endsWith("=-");
    assertThat(world.lockedKeys()).isEmpty();
    assertThat(world.locks.isEmpty()).isTrue();

    assertThat(state(world.one(finish(1, "b")))).isEqualTo(TxnState.COMMITTED);
    assertThat(finished("b", 1)).isTrue();
  }

  private boolean finished(String anchor, int txn) {
    byte[] record =
        world.store.getSide(
            Key.of(anchor), SideKind.TRANSACTION, TxnRecords.idBytes(id(txn)), ReadMode.MAY_BLOCK);
    return TxnRecord.decode(record).finished();
  }

  @Test
  void shouldKeepARecordUnfinishedUntilItIsToldThatNoLockIsLeft() {
    Timestamp at = bound(world.one(prepare(1, "b", true, "b=1")));
    world.one(decide(1, "b", at));
    world.one(resolve(1, at, "b"));
    assertThat(finished("b", 1)).isFalse();

    twice(finish(1, "b"));
    assertThat(finished("b", 1)).isTrue();
  }

  @Test
  void shouldDecideOnlyWhatIsPending() {
    Timestamp at = world.draw();
    assertThat(state(twice(decide(1, "b", at)))).isEqualTo(TxnState.UNKNOWN);
    world.one(abort(2, "b"));
    assertThat(state(twice(decide(2, "b", at)))).isEqualTo(TxnState.ABORTED);
    var committed = world.one(commit(3, "b=3"));
    assertThat(twice(decide(3, "b", at))).isEqualTo(committed);
    assertThat(state(twice(finish(4, "b")))).isEqualTo(TxnState.UNKNOWN);
  }

  @Test
  void shouldAbortWhatIsPendingOrUnknownAndNothingElse() {
    assertThat(state(world.one(abort(1, "b")))).isEqualTo(TxnState.ABORTED);
    assertThat(state(world.one(prepare(1, "b", true, "b=1")))).isEqualTo(TxnState.ABORTED);
    assertThat(world.lockedKeys()).isEmpty();

    world.one(prepare(2, "b", true, "b=2"));
    assertThat(state(twice(abort(2, "b")))).isEqualTo(TxnState.ABORTED);
    twice(resolve(2, null, "b"));
    assertThat(world.lockedKeys()).isEmpty();
    assertThat(world.read("b")).isNull();

    var committed = world.one(commit(3, "b=3"));
    assertThat(twice(abort(3, "b"))).isEqualTo(committed);
    assertThat(world.read("b")).isEqualTo("3");
  }

  @Test
  void shouldGiveADecisionToTheAttemptThatCarriedOutTheRequestFirst() {
    var first = world.one(request(1, 9, "b=1"));
    Timestamp at = bound(world.one(prepare(2, "b", true, "b=2", "c=2")));
    var decide = new KvRequest.Decide(id(2), id(9), Timestamp.MIN, Key.of("b"), at, 2);

    // However often it is asked.
    assertThat(twice(decide)).isEqualTo(first);
    assertThat(world.status(2, "b").state()).isEqualTo(TxnState.ABORTED);
    world.one(resolve(2, null, "b", "c"));
    assertThat(world.read("b")).isEqualTo("1");
    assertThat(world.read("c")).isNull();
  }

  @Test
  void shouldRecordTheRequestTogetherWithTheDecision() {
    Timestamp at = bound(world.one(prepare(1, "b", true, "b=1")));
    var decided = twice(new KvRequest.Decide(id(1), id(9), Timestamp.MIN, Key.of("b"), at, 3));

    assertThat(world.status(9, "b")).isEqualTo(decided);
    assertThat(world.one(request(2, 9, "b=2"))).isEqualTo(decided);
  }

  @Test
  void shouldResolveOnlyItsOwnLocks() {
    world.one(prepare(1, "b", true, "b=1"));

    world.one(resolve(2, world.draw(), "b", "c"));
    world.one(resolve(2, null, "b"));

    assertThat(world.lockedKeys()).containsExactly("b");
    assertThat(world.read("b")).isNull();
    assertThat(world.read("c")).isNull();
  }

  /** A reader between the commit and a later bound would pass the lock and miss the commit. */
  @Test
  void shouldNotRaiseTheBoundOfALockThatIsThere() {
    Timestamp at = bound(world.one(prepare(1, "b", true, "b=1", "c=1")));
    world.one(decide(1, "b", at));
    world.one(resolve(1, at, "b"));

    // Where there is a record it would tell; in other ranges there is none.
    world.one(prepare(1, "m", false, "b=1", "c=1"));

    assertThat(world.locks.get(Key.of("c")).bound()).isEqualTo(at);
  }

  // --- with others in one entry ----------------------------------------------------------------

  @Test
  void shouldLetStepsOfOneEntrySeeEachOther() {
    Timestamp readAt = world.draw();
    var answers =
        world.apply(
            commit(1, "b=1"),
            commit(2, readAt, keys("b"), "b=2"),
            commit(3, "b=3"),
            commit(1, "b=again"),
            commit(4, readAt, List.of(new KeySpan(Key.of("a"), Key.of("c"))), "e=4"),
            commit(5, readAt, keys("c"), "c=5"));

    assertThat(state(answers.get(0))).isEqualTo(TxnState.COMMITTED);
    assertThat(answers.get(1)).isInstanceOf(KvResponse.Changed.class);
    assertThat(state(answers.get(2))).isEqualTo(TxnState.COMMITTED);
    assertThat(answers.get(3)).isEqualTo(answers.get(0));
    assertThat(answers.get(4)).isInstanceOf(KvResponse.Changed.class);
    assertThat(state(answers.get(5))).isEqualTo(TxnState.COMMITTED);
    assertThat(world.read("b")).isEqualTo("3");
    assertThat(world.stored(Key.of("b"))).hasSize(2);
  }

  @Test
  void shouldCommitABurstWithoutTheStoreAndStillFindWhatIsInItsWay() {
    world.one(put("b", "old"));
    world.one(commit(9, world.draw(), keys("m"), "m=9"));
    Timestamp readAt = world.draw();
    var answers =
        world.applyLightly(
            commit(1, readAt, keys("b"), "b=1"),
            // Both have read what the first one of them changes.
            commit(2, readAt, keys("b"), "b=2"),
            put("c", "plain"),
            commit(3, readAt, keys("c"), "d=3"),
            // Blind, over what others have just written.
            commit(4, "b=4"),
            commit(1, readAt, keys("b"), "b=again"));

    assertThat(state(answers.get(0))).isEqualTo(TxnState.COMMITTED);
    assertThat(answers.get(1)).isInstanceOf(KvResponse.Changed.class);
    assertThat(answers.get(3)).isInstanceOf(KvResponse.Changed.class);
    assertThat(state(answers.get(4))).isEqualTo(TxnState.COMMITTED);
    assertThat(answers.get(5)).isEqualTo(answers.get(0));
    assertThat(world.read("b")).isEqualTo("4");
    assertThat(world.read("d")).isNull();
    assertThat(world.status(2, "b").state()).isEqualTo(TxnState.UNKNOWN);
    assertThat(world.one(commit(2, readAt, keys("b"), "b=late")))
        .isInstanceOf(KvResponse.Changed.class);
    assertThat(state(world.one(commit(4, "b=late")))).isEqualTo(TxnState.COMMITTED);
    assertThat(world.read("b")).isEqualTo("4");
  }

  @Test
  void shouldCommitInTwoPhasesWithoutTheStore() {
    world.one(commit(9, world.draw(), keys("m"), "m=9"));
    Timestamp readAt = world.draw();
    Timestamp at =
        bound(
            world.applyLightly(prepare(1, "b", true, readAt, keys("b"), "b=1", "c=1")).getFirst());

    assertThat(state(world.applyLightly(decide(1, "b", at)).getFirst()))
        .isEqualTo(TxnState.COMMITTED);
    world.applyLightly(resolve(1, at, "b"), resolve(1, at, "c"));
    world.applyLightly(finish(1, "b"));

    assertThat(world.read("c", at)).isEqualTo("1");
    assertThat(world.locks.isEmpty()).isTrue();
  }

  @Test
  void shouldHoldBackAPrepareWhileTheLockBeforeItTurnsIntoAVersion() {
    Timestamp at = bound(world.one(prepare(1, "b", true, "b=1")));
    world.one(decide(1, "b", at));

    var answers = world.apply(resolve(1, at, "b"), prepare(2, "b", true, "b=2"), commit(3, "b=3"));

    assertThat(answers.get(0)).isInstanceOf(KvResponse.Valid.class);
    assertThat(answers.get(1)).isEqualTo(new KvResponse.Blocked(Key.of("b")));
    assertThat(state(answers.get(2))).isEqualTo(TxnState.COMMITTED);
    assertThat(world.locks.isEmpty()).isTrue();
    assertThat(world.read("b")).isEqualTo("3");
    assertThat(world.read("b", at)).isEqualTo("1");
  }

  @Test
  void shouldSeeThePrepareOfTheSameEntry() {
    var answers = world.apply(prepare(1, "b", true, "b=1"), commit(2, "b=2"), put("b", "plain"));

    assertThat(answers.get(0)).isInstanceOf(KvResponse.Prepared.class);
    assertThat(answers.get(1)).isEqualTo(new KvResponse.Blocked(Key.of("b")));
    assertThat(answers.get(2)).isEqualTo(new KvResponse.Blocked(Key.of("b")));
    assertThat(world.read("b")).isNull();
  }

  @Test
  void shouldKeepPlainWritesFromLockedKeys() {
    world.one(put("b", "old"));
    world.one(prepare(1, "b", true, "b=1"));
    var blocked = new KvResponse.Blocked(Key.of("b"));

    assertThat(world.one(put("b", "x"))).isEqualTo(blocked);
    assertThat(world.one(new KvRequest.Delete(Key.of("b")))).isEqualTo(blocked);
    assertThat(world.one(new KvRequest.CompareAndSet(Key.of("b"), null, null))).isEqualTo(blocked);
    assertThat(world.one(new KvRequest.Batch(List.of(put("c", "x"), put("b", "x")))))
        .isEqualTo(blocked);
    assertThat(world.one(new KvRequest.DeleteRange(new KeySpan(Key.of("a"), Key.of("d")), 10)))
        .isEqualTo(blocked);
    assertThat(world.read("b")).isEqualTo("old");
    assertThat(world.read("c")).isNull();
    assertThat(world.one(put("c", "free"))).isInstanceOf(KvResponse.Written.class);
  }

  @Test
  void shouldRefuseStepsWithKeysOfOtherRanges() {
    var beyond = List.of(new KeySpan(Key.of("b"), Key.of("z")));

    assertThat(code(world.one(commit(1, "b=1", "z=1")))).isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(code(world.one(commit(1, Timestamp.MIN, beyond, "b=1"))))
        .isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(code(world.one(prepare(1, "z", true, "b=1")))).isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(code(world.one(resolve(1, null, "b", "z")))).isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(world.one(prepare(1, "z", false, "b=1"))).isInstanceOf(KvResponse.Prepared.class);
  }
}
