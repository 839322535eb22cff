package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a leader's replica is at rest: whoever is may be left alone until nodes come or go. */
class MemberCareTest {
  private static final RangeId RANGE = new RangeId(7);
  private static final long LOOK = 500_000_000L;

  private final FixedPlacement placement = new FixedPlacement();
  private long now = 10_000_000_000L;

  private final LoneLeader leader = new LoneLeader();

  // Nothing here speaks to the replica itself.
  @SuppressWarnings("NullAway")
  private final MemberCare care =
      new MemberCare(
          new LocalReplica(new ReplicaKey(RANGE, LoneLeader.SELF), null),
          leader.core,
          placement,
          ReplicaSettings.DEFAULTS,
          LoneLeader.noMerges(),
          now);

  private static MergeStep.Shape shape(long generation) {
    return new MergeStep.Shape(
        new RangeDescriptor(
            RANGE, new KeySpan(Key.of("a"), Key.of("n")), generation, LoneLeader.ALONE, 2),
        AppliedState.INITIAL);
  }

  @BeforeEach
  void beAlone() {
    placement.candidates.add(new NodeId(1));
  }

  private void lead() {
    leader.lead(now);
    leader.apply(now);
  }

  private void tick(MergeStep.Shape shape, long passed) {
    now += passed;
    care.tick(shape, now);
  }

  @Test
  void shouldNotBeAtRestBeforeItHasLookedAtItsRangeAsItIs() {
    lead();
    assertThat(care.isAtRest(shape(3))).as("a new leader").isFalse();
    tick(shape(3), LOOK - 1);
    assertThat(care.isAtRest(shape(3))).isFalse();

    tick(shape(3), 1);
    assertThat(care.isAtRest(shape(3))).as("nobody else is there").isTrue();
    assertThat(care.isAtRest(shape(4))).as("it has changed since").isFalse();
    assertThat(care.isAtRest(null)).isFalse();
  }

  @Test
  void shouldNotBeAtRestWhenAChangeEndsThatItDidNotLookDuring() {
    lead();
    tick(shape(3), LOOK);
    assertThat(care.isAtRest(shape(3))).isTrue();
    placement.candidates.add(new NodeId(2));
    // It proposes a learner on node 2, which is under way when it looks again.
    tick(shape(3), LOOK);
    assertThat(care.isAtRest(shape(3))).isFalse();
    tick(shape(3), LOOK);

    care.abandon();
    assertThat(care.isAtRest(shape(3))).as("the change has failed").isFalse();
  }

  @Test
  void shouldNotBeAtRestWhileItIsToLeadNothing() {
    lead();
    tick(shape(3), LOOK);
    placement.draining = true;
    tick(shape(3), LOOK);

    assertThat(care.isAtRest(shape(3))).isFalse();
  }

  @Test
  void shouldBeAtRestAsAFollower() {
    assertThat(care.isAtRest(shape(3))).isTrue();
  }
}
