package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import org.junit.jupiter.api.Test;

/** Which step does what in which state, and nothing in any other. */
class MergeStepTest {
  private static final RangeId LEFT = new RangeId(7);
  private static final RangeId RIGHT = new RangeId(9);
  private static final LogPosition AT = new LogPosition(30, 4);
  private static final Timestamp NOW = Timestamp.of(500, 0);
  private static final long TOKEN = 4;

  private static Membership members(long firstReplica, int... nodes) {
    Membership members = Membership.EMPTY;
    for (int node : nodes) {
      members =
          members.with(
              new Member(new ReplicaId(firstReplica++), new NodeId(node), Member.Role.VOTER));
    }
    return members;
  }

  private static MergeStep.Shape left() {
    return shape(LEFT, "a", "h", 3, members(1, 1, 2), Timestamp.of(100, 0));
  }

  private static MergeStep.Shape right() {
    return shape(RIGHT, "h", "n", 8, members(5, 2, 1), Timestamp.of(200, 0));
  }

  private static MergeStep.Shape shape(
      RangeId id, String start, String end, long generation, Membership members, Timestamp clock) {
    return new MergeStep.Shape(
        new RangeDescriptor(id, new KeySpan(Key.of(start), Key.of(end)), generation, members, 9),
        new AppliedState(new LogPosition(20, 4), clock, clock, clock, null));
  }

  private static MergeStep.Shape begun() {
    return MergeStep.apply(left(), new MergeCommand.Begin(3, RIGHT, 8), AT);
  }

  private static MergeStep.Shape frozen() {
    return MergeStep.apply(right(), new MergeCommand.Freeze(8, LEFT, TOKEN), AT);
  }

  private static MergeCommand.TakeOver takeOver(Timestamp seen, Timestamp keep) {
    MergeStep.Shape right = frozen();
    return new MergeCommand.TakeOver(
        TOKEN,
        right.descriptor(),
        AT,
        right.applied().clock(),
        right.applied().horizon(),
        right.applied().basis(),
        seen,
        keep);
  }

  private static MergeStep.Shape step(MergeStep.Shape before, MergeCommand step) {
    return MergeStep.apply(before, step, AT);
  }

  @Test
  void shouldMakeOneRangeOfTwo() {
    assertThat(begun().applied().merging()).isEqualTo(new Merging.Taking(RIGHT, 8, TOKEN, false));
    assertThat(frozen().applied().merging()).isEqualTo(new Merging.Frozen(LEFT, TOKEN, AT));

    MergeStep.Shape whole = step(begun(), takeOver(NOW, Timestamp.MAX));

    assertThat(whole.descriptor().id()).isEqualTo(LEFT);
    assertThat(whole.descriptor().span()).isEqualTo(new KeySpan(Key.of("a"), Key.of("n")));
    assertThat(whole.descriptor().members()).isEqualTo(left().descriptor().members());
    // Newer than either was: what is known of a key goes by its generation.
    assertThat(whole.descriptor().generation()).isEqualTo(10);
    assertThat(whole.applied().merging()).isNull();
    assertThat(whole.applied().clock()).isEqualTo(Timestamp.of(200, 0));
    assertThat(whole.applied().horizon()).isEqualTo(Timestamp.of(200, 0));
    assertThat(whole.applied().basis()).isEqualTo(Timestamp.of(200, 0));
    assertThat(Subsumed.isPartOf(whole.descriptor(), frozen().descriptor())).isTrue();
    assertThat(Subsumed.isPartOf(frozen().descriptor(), whole.descriptor())).isFalse();
    assertThat(Subsumed.isPartOf(left().descriptor(), frozen().descriptor())).isFalse();
  }

  @Test
  void shouldDoNothingTwice() {
    MergeStep.Shape begun = begun();
    assertThat(step(begun, new MergeCommand.Begin(3, RIGHT, 8))).isSameAs(begun);
    MergeStep.Shape frozen = frozen();
    assertThat(step(frozen, new MergeCommand.Freeze(8, LEFT, TOKEN))).isSameAs(frozen);
    MergeStep.Shape whole = step(begun, takeOver(NOW, Timestamp.MAX));
    assertThat(step(whole, takeOver(NOW, Timestamp.MAX))).isSameAs(whole);
    assertThat(step(whole, new MergeCommand.Cancel(TOKEN))).isSameAs(whole);
    assertThat(step(whole, new MergeCommand.End(TOKEN))).isSameAs(whole);
  }

  @Test
  void shouldLetNothingTakeOverOnceItIsCancelled() {
    MergeStep.Shape cancelled = step(begun(), new MergeCommand.Cancel(TOKEN));

    assertThat(step(cancelled, takeOver(NOW, Timestamp.MAX))).isSameAs(cancelled);
    // And let nobody begin anything else before the right-hand range serves.
    long generation = cancelled.descriptor().generation();
    assertThat(step(cancelled, new MergeCommand.Begin(generation, RIGHT, 8))).isSameAs(cancelled);
    assertThat(step(cancelled, new MergeCommand.Freeze(generation, new RangeId(5), 6)))
        .isSameAs(cancelled);
    MergeStep.Shape ended = step(cancelled, new MergeCommand.End(TOKEN));
    assertThat(ended.applied().merging()).isNull();
    assertThat(step(ended, takeOver(NOW, Timestamp.MAX))).isSameAs(ended);
  }

  @Test
  void shouldNotEndWhatIsNotCancelled() {
    MergeStep.Shape begun = begun();
    assertThat(step(begun, new MergeCommand.End(TOKEN))).isSameAs(begun);
  }

  @Test
  void shouldThawForGood() {
    var freeze = new MergeCommand.Freeze(8, LEFT, TOKEN);
    var thaw = new MergeCommand.Thaw(8, LEFT, TOKEN);
    MergeStep.Shape thawed = step(frozen(), thaw);
    assertThat(thawed.applied().merging()).isNull();
    assertThat(step(thawed, freeze)).isSameAs(thawed);
    assertThat(step(thawed, thaw)).isSameAs(thawed);
    // Also when the freeze is still to come.
    MergeStep.Shape neverFrozen = step(right(), thaw);
    assertThat(step(neverFrozen, freeze)).isSameAs(neverFrozen);
  }

  @Test
  void shouldNotThawWhatAnotherMergeHasFrozen() {
    MergeStep.Shape frozen = frozen();
    assertThat(step(frozen, new MergeCommand.Thaw(8, LEFT, TOKEN + 1))).isSameAs(frozen);
    assertThat(step(frozen, new MergeCommand.Thaw(8, new RangeId(5), TOKEN))).isSameAs(frozen);
  }

  @Test
  void shouldKeepWhatIsProtected() {
    MergeStep.Shape begun = begun();
    // A protection came after it was looked what there is.
    assertThat(step(begun, takeOver(Timestamp.of(199, 0), Timestamp.MAX))).isSameAs(begun);
    // One of the two keeps too little.
    assertThat(step(begun, takeOver(NOW, Timestamp.of(199, 0)))).isSameAs(begun);
    assertThat(step(begun, takeOver(NOW, Timestamp.of(200, 0)))).isNotSameAs(begun);
  }

  @Test
  void shouldMergeOnlyVotersOfTheSameNodes() {
    assertThat(MergeStep.areAlike(members(1, 1, 2), members(7, 2, 1))).isTrue();
    assertThat(MergeStep.areAlike(members(1, 1, 2), members(1, 1, 3))).isFalse();
    assertThat(MergeStep.areAlike(members(1, 1, 2), members(1, 1, 2, 3))).isFalse();
    Membership learner =
        members(1, 1).with(new Member(new ReplicaId(2), new NodeId(2), Member.Role.LEARNER));
    assertThat(MergeStep.areAlike(learner, members(1, 1, 2))).isFalse();
  }
}
