package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftBootState;
import dev.troupe.raft.RaftConfig;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader's replica is at rest: whoever is may be left alone until nodes come or go. */
class MemberCareTest {
  private static final ReplicaId SELF = new ReplicaId(1);
  private static final RangeId RANGE = new RangeId(7);
  private static final long LOOK = 500_000_000L;
  private static final Membership ALONE =
      Membership.of(new Member(SELF, new NodeId(1), Member.Role.VOTER));

  private final List<NodeId> candidates = new ArrayList<>(List.of(new NodeId(1)));
  private boolean draining;
  private long now = 10_000_000_000L;
  private long committed;

  private final RaftCore core =
      new RaftCore(
          RaftConfig.defaults(SELF),
          new RaftBootState(
              new HardState(5, null, 10),
              RangeBirth.START,
              RangeBirth.START,
              ALONE,
              List.of(),
              false),
          bound -> 0,
          0);

  private final Placement placement =
      new Placement() {
        @Override
        public List<NodeId> candidates() {
          return candidates;
        }

        @Override
        public boolean draining() {
          return draining;
        }

        @Override
        public long changes() {
          throw new AssertionError("for stores");
        }
      };

  // Nothing here speaks to the replica itself.
  @SuppressWarnings("NullAway")
  private final MemberCare care =
      new MemberCare(
          new LocalReplica(new ReplicaKey(RANGE, SELF), null),
          core,
          placement,
          ReplicaSettings.DEFAULTS,
          new MergeDriver(
              new ReplicaDirectory(),
              (node, step, patience) -> {
                throw new IllegalStateException("nobody is to be asked for " + step);
              }),
          now);

  private static MergeStep.Shape shape(long generation) {
    return new MergeStep.Shape(
        new RangeDescriptor(RANGE, new KeySpan(Key.of("a"), Key.of("n")), generation, ALONE, 2),
        AppliedState.INITIAL);
  }

  private void lead() {
    core.campaign(now);
    settle();
    assertThat(core.role()).isEqualTo(Role.LEADER);
  }

  /** Persists, commits and applies what there is. */
  private void settle() {
    while (core.hasReady()) {
      Ready ready = core.takeReady();
      if (!ready.committed().isEmpty()) {
        committed = ready.committed().getLast().index();
      }
      if (ready.needsPersist()) {
        core.persisted(ready.persistSequence(), now);
      }
    }
    core.applied(committed, now);
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
    candidates.add(new NodeId(2));
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
    draining = true;
    tick(shape(3), LOOK);

    assertThat(care.isAtRest(shape(3))).isFalse();
  }

  @Test
  void shouldBeAtRestAsAFollower() {
    assertThat(care.isAtRest(shape(3))).isTrue();
  }
}
