package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import org.junit.jupiter.api.Test;

class VoteTallyTest {
  private final VoteTally tally = new VoteTally();

  private static Member member(int id, Member.Role role) {
    return new Member(new ReplicaId(id), new NodeId(id), role);
  }

  private static Membership voters(int count) {
    Membership membership = Membership.EMPTY;
    for (int id = 1; id <= count; id++) {
      membership = membership.with(member(id, Member.Role.VOTER));
    }
    return membership;
  }

  @Test
  void shouldCountARepeatedVoteOnce() {
    tally.record(new ReplicaId(1), true);
    tally.record(new ReplicaId(2), true);
    tally.record(new ReplicaId(2), true);

    assertThat(tally.outcome(voters(5))).isEqualTo(VoteTally.Outcome.OPEN);

    tally.record(new ReplicaId(3), true);
    assertThat(tally.outcome(voters(5))).isEqualTo(VoteTally.Outcome.WON);
  }

  @Test
  void shouldCountVotersOfTheMembershipOnly() {
    Membership membership = voters(3).with(member(4, Member.Role.LEARNER));
    tally.record(new ReplicaId(1), true);
    tally.record(new ReplicaId(4), true);
    tally.record(new ReplicaId(9), true);

    assertThat(tally.outcome(membership)).isEqualTo(VoteTally.Outcome.OPEN);
  }

  @Test
  void shouldBeLostWhenTooFewAreLeft() {
    tally.record(new ReplicaId(1), true);
    tally.record(new ReplicaId(2), false);
    assertThat(tally.outcome(voters(4))).isEqualTo(VoteTally.Outcome.OPEN);

    tally.record(new ReplicaId(3), false);
    assertThat(tally.outcome(voters(4))).isEqualTo(VoteTally.Outcome.LOST);
  }

  @Test
  void shouldKeepAGrantedVoteWhenALateRefusalComes() {
    tally.record(new ReplicaId(1), true);
    tally.record(new ReplicaId(2), false);
    tally.record(new ReplicaId(2), true);
    tally.record(new ReplicaId(2), false);

    assertThat(tally.outcome(voters(3))).isEqualTo(VoteTally.Outcome.WON);
  }
}
