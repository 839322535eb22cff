package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
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
  private final GroupView group;
  private final Map<ReplicaId, LogPosition> examined = new HashMap<>();

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
    boolean leads = replica.role() == Role.LEADER;
    LogPosition before = examined.get(replica.replica());
    if (leads && before != null && before.term() == replica.term() && before.index() < commit) {
      examine(replica, new LogPosition(commit, replica.logTermAt(commit)));
    }
    if (before == null
        || before.index() != commit
        || before.term() != (leads ? replica.term() : -1)) {
      examined.put(replica.replica(), new LogPosition(commit, leads ? replica.term() : -1));
    }
  }

  private void examine(ReplicaView leader, LogPosition position) {
    if (position.term() != leader.term()) {
      throw new Violation(
          name(),
          "%s commits %s of an earlier term by itself in term %d"
              .formatted(leader.replica(), position, leader.term()));
    }
    int holders = 0;
    for (Member voter : leader.membership().voters()) {
      DurableView disk = group.disk(voter.replica());
      if (disk != null && (disk.destroyed() || disk.holdsDurably(position))) {
        holders++;
      }
    }
    if (holders < leader.membership().quorum()) {
      throw new Violation(
          name(),
          "%s commits %s, durable on %d voters of %s"
              .formatted(leader.replica(), position, holders, leader.membership()));
    }
  }
}
