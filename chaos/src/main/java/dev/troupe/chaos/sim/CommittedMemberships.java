package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** The committed memberships of a run, in order: who belongs to the group and who once did. */
final class CommittedMemberships {
  private final Coverage coverage;
  private final TreeMap<ReplicaId, NodeId> everMembers = new TreeMap<>();
  private final Set<LogPosition> removalsOfLeader = new HashSet<>();
  private Membership current;
  private long index;

  CommittedMemberships(Membership founders, Coverage coverage) {
    this.coverage = coverage;
    this.current = founders;
    remember(founders);
  }

  Membership current() {
    return current;
  }

  /** Whether a replica was a member by a committed membership, and is none any more. */
  boolean removed(ReplicaId replica) {
    return everMembers.containsKey(replica) && !current.contains(replica);
  }

  /** A leader has proposed its own removal at a position. */
  void leaderRemovesItself(LogPosition position) {
    removalsOfLeader.add(position);
  }

  void applied(LogPosition position, Membership next) {
    if (position.index() <= index) {
      return;
    }
    index = position.index();
    note(next);
    if (removalsOfLeader.contains(position)) {
      coverage.reached(Rare.LEADER_REMOVED_ITSELF);
    }
    current = next;
    remember(next);
  }

  private void note(Membership next) {
    for (Member member : next.members()) {
      if (!current.contains(member.replica())) {
        coverage.reached(Rare.LEARNER_ADDED);
        if (everMembers.containsValue(member.node())) {
          coverage.reached(Rare.REPLICA_ADDED_AGAIN_ON_NODE);
        }
      } else if (member.isVoter() != current.isVoter(member.replica())) {
        coverage.reached(member.isVoter() ? Rare.LEARNER_PROMOTED : Rare.VOTER_DEMOTED);
      }
    }
    if (current.members().stream().anyMatch(m -> !next.contains(m.replica()))) {
      coverage.reached(Rare.MEMBER_REMOVED);
    }
  }

  private void remember(Membership membership) {
    for (Member member : membership.members()) {
      everMembers.put(member.replica(), member.node());
    }
  }
}
