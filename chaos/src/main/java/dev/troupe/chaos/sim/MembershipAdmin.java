package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.ProposeResult;
import dev.troupe.raft.RaftStatus;
import java.util.ArrayList;
import java.util.List;

/** Changes the group's members, one at a time, as an operator or a balancer would. */
final class MembershipAdmin {
  private static final int VOTERS_MAX = 5;

  private final SimGroup group;
  private final SimRandom random;
  private boolean stopped;

  MembershipAdmin(SimGroup group) {
    this.group = group;
    this.random = group.world().random().split();
  }

  /** What waits at a paused leader is not proposed any more. */
  void stop() {
    stopped = true;
  }

  /** Asks a leader for some change that it may make. */
  void change(SimReplica leader) {
    whenItRuns(leader, () -> changeNow(leader));
  }

  private void changeNow(SimReplica leader) {
    List<Membership> choices = new ArrayList<>();
    List<Membership> promotions = new ArrayList<>();
    Membership now = leader.membership();
    for (SimNode node : group.nodes()) {
      if (now.onNode(node.id()).isEmpty()) {
        choices.add(now.with(new Member(next(leader, node), node.id(), Member.Role.LEARNER)));
      }
    }
    for (Member member : now.members()) {
      boolean lastVoter = member.isVoter() && now.voters().size() == 1;
      if (!lastVoter) {
        choices.add(now.without(member.replica()));
      }
      boolean promotable =
          !member.isVoter() && now.voters().size() < VOTERS_MAX && caughtUp(leader, member);
      if (promotable) {
        promotions.add(now.with(new Member(member.replica(), member.node(), Member.Role.VOTER)));
      }
      if (member.isVoter() && !lastVoter && random.chance(0.2)) {
        choices.add(now.with(new Member(member.replica(), member.node(), Member.Role.LEARNER)));
      }
    }
    if (!promotions.isEmpty() && random.chance(0.6)) {
      propose(leader, random.pick(promotions));
    } else if (!choices.isEmpty()) {
      propose(leader, random.pick(choices));
    }
  }

  void removeLeader(SimReplica leader) {
    whenItRuns(leader, () -> removeNow(leader));
  }

  private void removeNow(SimReplica leader) {
    Membership now = leader.membership();
    if (now.isVoter(leader.replica()) && now.voters().size() > 1) {
      propose(leader, now.without(leader.replica()));
    }
  }

  /** A careful operator waits; a hasty one is content when the learner has got anything at all. */
  private boolean caughtUp(SimReplica leader, Member learner) {
    boolean hasty = random.chance(0.2);
    for (RaftStatus.Progress progress : leader.core().status().progress()) {
      if (progress.replica().equals(learner.replica())) {
        boolean level = progress.matched() + 10 >= leader.logLast().index();
        return progress.matched() > 0 && (hasty || level);
      }
    }
    return false;
  }

  private static ReplicaId next(SimReplica leader, SimNode node) {
    return ReplicaNumbers.next(leader.log().lastReplicaCount(), node.number());
  }

  /** The leader's process may be stopped: it decides when it goes on, by what it knows then. */
  private void whenItRuns(SimReplica leader, Runnable action) {
    SimNode node = group.home(leader.replica());
    node.input(
        node.guarded(
            () -> {
              if (!stopped) {
                action.run();
              }
            }));
  }

  private void propose(SimReplica leader, Membership next) {
    SimNode node = group.home(leader.replica());
    group.world().trace().add(node.number(), "change", next, next.members().size());
    switch (leader.core().proposeMembership(next, node.clockNanos())) {
      case ProposeResult.Accepted accepted -> accepted(leader, next, accepted);
      case ProposeResult.NotLeader elsewhere -> refused();
      case ProposeResult.Refused refused -> refused();
    }
  }

  private void accepted(SimReplica leader, Membership next, ProposeResult.Accepted accepted) {
    ReplicaId self = leader.replica();
    if (!next.contains(self)) {
      group.memberships().leaderRemovesItself(accepted.position());
    }
  }

  private void refused() {
    group.world().coverage().reached(Rare.MEMBERSHIP_REFUSED);
  }
}
