package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MembershipChangeTest {
  private static final Membership TWO = membership(Set.of(1, 2));

  private static Member member(int id, Member.Role role) {
    return new Member(new ReplicaId(id), new NodeId(id), role);
  }

  private static Membership membership(Set<Integer> voters) {
    Membership membership = Membership.EMPTY;
    for (int id : voters) {
      membership = membership.with(member(id, Member.Role.VOTER));
    }
    return membership;
  }

  /**
   * What the rule is for: a majority of the one and a majority of the other have a common voter.
   */
  @Property
  void shouldAllowOnlyChangesWhoseMajoritiesOverlap(
      @ForAll @Size(min = 1, max = 6) Set<@IntRange(min = 1, max = 7) Integer> from,
      @ForAll @Size(min = 1, max = 6) Set<@IntRange(min = 1, max = 7) Integer> to) {
    boolean allowed = MembershipChange.refusal(membership(from), membership(to)) == null;

    if (allowed) {
      long common = from.stream().filter(to::contains).count();
      int onlyFrom = from.size() - (int) common;
      int onlyTo = to.size() - (int) common;
      int neededFrom = Math.max(0, Quorum.size(from.size()) - onlyFrom);
      int neededTo = Math.max(0, Quorum.size(to.size()) - onlyTo);
      assertThat((long) neededFrom + neededTo).isGreaterThan(common);
    }
  }

  @Test
  void shouldAllowOneMemberToComeGoOrChangeItsRole() {
    Membership three = TWO.with(member(3, Member.Role.LEARNER));

    assertThat(MembershipChange.refusal(TWO, three)).isNull();
    assertThat(MembershipChange.refusal(three, TWO)).isNull();
    assertThat(MembershipChange.refusal(three, three.with(member(3, Member.Role.VOTER)))).isNull();
  }

  @Test
  void shouldRefuseTwoChangesNoneAndTheLastVoter() {
    Membership one = membership(Set.of(1));

    assertThat(MembershipChange.refusal(TWO, TWO)).isNotNull();
    assertThat(MembershipChange.refusal(TWO, membership(Set.of(1, 3)))).isNotNull();
    assertThat(MembershipChange.refusal(one, Membership.EMPTY)).isNotNull();
    assertThat(MembershipChange.refusal(one, Membership.of(member(1, Member.Role.LEARNER))))
        .isNotNull();
  }

  @Test
  void shouldRefuseToMoveAReplicaToAnotherNode() {
    Membership moved = TWO.with(new Member(new ReplicaId(2), new NodeId(9), Member.Role.VOTER));

    assertThat(MembershipChange.refusal(TWO, moved)).contains("cannot move");
  }
}
