package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import java.util.HashMap;
import java.util.Map;

/**
 * Two logs that have an entry with the same index and term are equal up to it (Raft, figure 3). By
 * induction: each entry says the same everywhere, and the one before it has the same term.
 */
public final class LogMatching implements Check {
  private record Seen(long prevTerm, long fingerprint) {}

  private final Map<LogPosition, Seen> entries = new HashMap<>();

  @Override
  public void appended(ReplicaView replica, LogEntry entry, long prevTerm) {
    var position = new LogPosition(entry.index(), entry.term());
    if (prevTerm < 0) {
      throw new Violation(name(), replica.replica() + " leaves a gap before " + position);
    }
    if (prevTerm > entry.term()) {
      throw new Violation(
          name(), "%s puts %s after term %d".formatted(replica.replica(), position, prevTerm));
    }
    var now = new Seen(prevTerm, Fingerprint.of(entry));
    Seen first = entries.putIfAbsent(position, now);
    if (first != null && !first.equals(now)) {
      throw new Violation(
          name(),
          "%s at %s differs from what another log holds there: %s against %s"
              .formatted(position, replica.replica(), now, first));
    }
  }
}
