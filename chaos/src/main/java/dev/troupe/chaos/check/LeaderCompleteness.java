package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;
import java.util.HashMap;
import java.util.Map;

/** A leader has every entry that was committed in an earlier term (Raft, figure 3). */
public final class LeaderCompleteness implements Check {
  private final CommittedLog committed;
  private final Map<ReplicaId, Long> examined = new HashMap<>();

  public LeaderCompleteness(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void observed(ReplicaView replica) {
    if (replica.role() != Role.LEADER) {
      return;
    }
    Long before = examined.put(replica.replica(), replica.term());
    if (before == null || before != replica.term()) {
      examine(replica);
    }
  }

  private void examine(ReplicaView leader) {
    long from = Math.max(leader.logStart().index(), committed.start());
    for (long index = from; index <= committed.last(); index++) {
      if (committed.committedIn(index) < leader.term()
          && leader.logTermAt(index) != committed.termAt(index)) {
        throw new Violation(
            name(),
            "%s leads term %d without %s, committed in term %d; it has term %d there"
                .formatted(
                    leader.replica(),
                    leader.term(),
                    new LogPosition(index, committed.termAt(index)),
                    committed.committedIn(index),
                    leader.logTermAt(index)));
      }
    }
  }
}
