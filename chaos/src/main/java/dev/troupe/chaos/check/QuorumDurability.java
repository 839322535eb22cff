package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * When a leader declares an entry of its own term committed, a majority of the voters in force has
 * it on disk; and it never declares an entry of an earlier term without one of its own (Raft,
 * section 5.4.2).
 */
public final class QuorumDurability implements Check {
  /**
   * What a replica was when it was last looked at.
   *
   * @param term in which it leads; -1 when it does not
   */
  private record Reign(long term, long commit, Membership membership) {}

  private final GroupView group;
  private final Map<ReplicaId, Reign> examined = new HashMap<>();

  public QuorumDurability(GroupView group) {
    this.group = group;
  }

  @Override
  public void booted(ReplicaView replica) {
    examined.remove(replica.replica());
  }

  @Override
  public void observed(ReplicaView replica) {
    long commit = replica.commitIndex();
    long term = replica.role() == Role.LEADER ? replica.term() : -1;
    Membership membership = replica.membership();
    Reign before = examined.get(replica.replica());
    if (before == null || before.term() != term) {
      examined.put(replica.replica(), new Reign(term, commit, membership));
      return;
    }
    if (term >= 0 && before.commit() < commit) {
      examine(replica, new LogPosition(commit, replica.logTermAt(commit)), before.membership());
    }
    if (before.commit() != commit || !before.membership().equals(membership)) {
      examined.put(replica.replica(), new Reign(term, commit, membership));
    }
  }

  /** Several inputs may lie between two looks: the change of membership may have come last. */
  private void examine(ReplicaView leader, LogPosition position, Membership before) {
    if (position.term() != leader.term()) {
      throw new Violation(
          name(),
          "%s commits %s of an earlier term by itself in term %d"
              .formatted(leader.replica(), position, leader.term()));
    }
    if (!durableOnQuorum(position, leader.membership()) && !durableOnQuorum(position, before)) {
      throw new Violation(
          name(),
          "%s commits %s, which is not durable on a majority of %s"
              .formatted(leader.replica(), position, leader.membership()));
    }
  }

  private boolean durableOnQuorum(LogPosition position, Membership membership) {
    int holders = 0;
    for (Member voter : membership.voters()) {
      DurableView disk = group.disk(voter.replica());
      if (disk != null && (disk.destroyed() || disk.holdsDurably(position))) {
        holders++;
      }
    }
    return holders >= membership.quorum();
  }
}
