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
import dev.troupe.raft.RaftStatus;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader refuses of those who plan for it. */
class ConditionsTest {
  private static final RangeId RANGE = new RangeId(7);
  private static final NodeId FROM = new NodeId(2);
  private static final NodeId TO = new NodeId(4);
  private static final AdminRequest MOVE = new AdminRequest.MoveReplica(RANGE, FROM, TO);

  private final LoneLeader leader = new LoneLeader();

  private static Member voter(int id) {
    return new Member(new ReplicaId(id), new NodeId(id), Member.Role.VOTER);
  }

  private static Member learner(int id) {
    return new Member(new ReplicaId(id), new NodeId(id), Member.Role.LEARNER);
  }

  private static RangeDescriptor range(long generation, Member... members) {
    return new RangeDescriptor(
        RANGE, new KeySpan(Key.of("a"), Key.of("n")), generation, Membership.of(members), 9);
  }

  private static MergeStep.Shape shape(RangeDescriptor range) {
    return new MergeStep.Shape(range, AppliedState.INITIAL);
  }

  @BeforeEach
  void lead() {
    leader.lead(0);
  }

  private boolean allows(AdminRequest wish, RangeDescriptor now) {
    return Conditions.refuse(new AdminRequest.IfUnchanged(10, wish), List.of(), now) == null;
  }

  @Test
  void shouldWaitUntilItKnowsItsRange() {
    var outcomes = new ArrayList<MembershipDriver.Outcome>();
    var driver = new MembershipDriver(LoneLeader.noMerges());
    driver.add(new AdminRequest.IfUnchanged(9, MOVE), 100, outcomes::add);
    driver.drive(leader.core, shape(range(10, voter(1))), 0);
    assertThat(outcomes).isEmpty();

    leader.apply(0);
    driver.drive(leader.core, shape(range(10, voter(1))), 0);
    assertThat(outcomes)
        .singleElement()
        .isInstanceOfSatisfying(
            MembershipDriver.Outcome.Failed.class,
            refused -> assertThat(refused.message()).contains("since generation 9"));
  }

  @Test
  void shouldRefuseWhatWasThoughtOutForAnotherRange() {
    RangeDescriptor other = range(11, voter(1), voter(2), voter(5));

    assertThat(allows(MOVE, other)).isFalse();
    assertThat(allows(new AdminRequest.AddReplica(RANGE, TO), other)).isFalse();
    assertThat(allows(new AdminRequest.RemoveReplica(RANGE, FROM), other)).isFalse();
    assertThat(allows(new AdminRequest.TransferLeadership(RANGE, FROM), other)).isFalse();
  }

  @Test
  void shouldRefuseWhileSomebodyElseChangesTheRange() {
    var condition = new AdminRequest.IfUnchanged(10, MOVE);
    RangeDescriptor now = range(10, voter(1), voter(2), voter(3));
    var other = new AdminRequest.AddReplica(RANGE, new NodeId(5));

    assertThat(Conditions.refuse(condition, List.of(other), now)).isNotNull();
    assertThat(Conditions.refuse(condition, List.of(MOVE), now)).isNull();
  }

  @Test
  void shouldGoOnWithWhatAnEarlierLeaderHasBegun() {
    assertThat(allows(MOVE, range(11, voter(1), voter(2), voter(3), learner(4)))).isTrue();
    assertThat(allows(MOVE, range(12, voter(1), voter(2), voter(3), voter(4)))).isTrue();
    assertThat(allows(MOVE, range(13, voter(1), voter(3), voter(4)))).isTrue();
    // It was done long ago, and the replica has come back since then.
    assertThat(allows(MOVE, range(16, voter(1), voter(2), voter(4)))).isFalse();
    assertThat(allows(MOVE, range(13, voter(1), voter(2), voter(4)))).isFalse();
  }

  @Test
  void shouldNotRemoveWhatAMajorityNeeds() {
    Membership rest = Membership.of(voter(1), voter(3));

    assertThat(MembershipDriver.isSafe(status(true), rest)).isTrue();
    assertThat(MembershipDriver.isSafe(status(false), rest)).isFalse();
  }

  private static RaftStatus status(boolean thirdIsActive) {
    var progress = new ArrayList<RaftStatus.Progress>();
    progress.add(new RaftStatus.Progress(new ReplicaId(2), 10, true, false));
    progress.add(new RaftStatus.Progress(new ReplicaId(3), 10, thirdIsActive, false));
    return new RaftStatus(
        Role.LEADER,
        6,
        LoneLeader.SELF,
        RangeBirth.START,
        new LogPosition(12, 6),
        12,
        12,
        Membership.of(voter(1), voter(2), voter(3)),
        false,
        false,
        progress);
  }
}
