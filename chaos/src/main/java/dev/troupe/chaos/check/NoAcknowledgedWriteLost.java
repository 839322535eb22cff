package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command that a client was told is committed is committed at that position, is never dropped
 * from a log, and is found again in every replica's state once the group is well.
 */
public final class NoAcknowledgedWriteLost implements Check {
  /** Tells which commands a replica has applied, by index. */
  public interface AppliedCommands {
    /** Command applied at an index; 0 when there was none. */
    long commandAt(ReplicaView replica, long index);
  }

  private final CommittedLog committed;
  private final AppliedCommands applied;
  private final Map<Long, Long> acknowledged = new TreeMap<>();
  private final Map<Long, LogPosition> positions = new HashMap<>();

  public NoAcknowledgedWriteLost(CommittedLog committed, AppliedCommands applied) {
    this.committed = committed;
    this.applied = applied;
  }

  @Override
  public void acknowledged(long command, LogPosition position) {
    if (!committed.holds(position)) {
      throw new Violation(
          name(), "command %d acknowledged at %s, not committed".formatted(command, position));
    }
    positions.put(position.index(), position);
    Long other = acknowledged.put(position.index(), command);
    if (other != null && other != command) {
      throw new Violation(
          name(), "commands %d and %d both acknowledged at %s".formatted(other, command, position));
    }
  }

  @Override
  public void dropped(ReplicaView replica, LogEntry entry) {
    var position = new LogPosition(entry.index(), entry.term());
    boolean isCommitted = entry.index() > committed.start() && committed.holds(position);
    if (isCommitted && committed.committedIn(entry.index()) <= replica.term()) {
      throw new Violation(
          name(), "%s drops the committed entry %s".formatted(replica.replica(), entry));
    }
  }

  @Override
  public void finished(GroupView group) {
    for (ReplicaView replica : group.running()) {
      for (var ack : acknowledged.entrySet()) {
        if (ack.getKey() <= replica.applied().index()
            && applied.commandAt(replica, ack.getKey()) != ack.getValue()) {
          throw new Violation(
              name(),
              "%s has not applied command %d, acknowledged at %s"
                  .formatted(replica.replica(), ack.getValue(), positions.get(ack.getKey())));
        }
      }
    }
  }
}
