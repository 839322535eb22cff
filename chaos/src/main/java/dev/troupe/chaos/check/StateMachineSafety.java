package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/**
 * No two replicas apply different entries at one index (Raft, figure 3); each applies in order,
 * without gaps, only what is committed and durable where it is applied.
 */
public final class StateMachineSafety implements Check {
  private final CommittedLog committed;
  private final Map<Long, Long> firstApplied = new HashMap<>();
  private final Map<ReplicaId, Long> appliedUpTo = new HashMap<>();

  public StateMachineSafety(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void booted(ReplicaView replica) {
    appliedUpTo.put(replica.replica(), replica.applied().index());
  }

  @Override
  public void installed(ReplicaView replica, LogPosition snapshot) {
    long before = appliedUpTo.getOrDefault(replica.replica(), 0L);
    if (snapshot.index() <= before) {
      throw new Violation(
          name(),
          "%s goes back from %d to a snapshot at %s"
              .formatted(replica.replica(), before, snapshot));
    }
    appliedUpTo.put(replica.replica(), snapshot.index());
  }

  @Override
  public void applied(ReplicaView replica, LogEntry entry) {
    long before = appliedUpTo.getOrDefault(replica.replica(), 0L);
    if (entry.index() != before + 1) {
      throw new Violation(
          name(), "%s applies %s after %d".formatted(replica.replica(), entry, before));
    }
    appliedUpTo.put(replica.replica(), entry.index());
    var position = new LogPosition(entry.index(), entry.term());
    if (!committed.holds(position)) {
      throw new Violation(
          name(),
          "%s applies %s, which no leader declared committed".formatted(replica.replica(), entry));
    }
    if (!replica.holdsDurably(position)) {
      throw new Violation(
          name(), "%s applies %s before it is durable".formatted(replica.replica(), entry));
    }
    long fingerprint = Fingerprint.of(entry);
    Long first = firstApplied.putIfAbsent(entry.index(), fingerprint);
    if (first != null && first != fingerprint) {
      throw new Violation(
          name(),
          "%s applies %s, another replica applied something else there"
              .formatted(replica.replica(), entry));
    }
  }
}
