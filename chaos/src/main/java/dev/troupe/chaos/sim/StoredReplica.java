package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.DurableView;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/** One replica as it is on a disk: hard state, log and the flushed state machine. */
final class StoredReplica implements DurableView {
  private final ReplicaId replica;
  private HardState hardState;
  private LogPosition start;
  private final ArrayList<LogEntry> log = new ArrayList<>();
  private StateImage flushed;
  private boolean destroyed;

  StoredReplica(ReplicaId replica, HardState hardState, StateImage image) {
    this.replica = replica;
    this.hardState = hardState;
    this.start = image.applied();
    this.flushed = image;
  }

  ReplicaId replica() {
    return replica;
  }

  StateImage flushed() {
    return flushed;
  }

  /** Entries from an index on. */
  List<LogEntry> from(long index) {
    return List.copyOf(log.subList((int) (index - start.index() - 1), log.size()));
  }

  void setHardState(HardState next) {
    hardState = next;
  }

  void append(List<LogEntry> entries, boolean replacesSuffix) {
    long first = entries.getFirst().index();
    if (replacesSuffix) {
      while (!log.isEmpty() && log.getLast().index() >= first) {
        log.removeLast();
      }
    }
    if (first != durableLast().index() + 1) {
      throw new IllegalStateException(
          "%s: the log store is asked to write %s after %s"
              .formatted(replica, entries.getFirst(), durableLast()));
    }
    log.addAll(entries);
  }

  void truncatePrefix(LogPosition newStart) {
    if (newStart.index() > start.index()) {
      log.subList(0, (int) (newStart.index() - start.index())).clear();
      start = newStart;
    }
  }

  void install(StateImage image, HardState next) {
    log.clear();
    start = image.applied();
    flushed = image;
    hardState = next;
  }

  void flush(StateImage image) {
    if (image.applied().index() > flushed.applied().index()) {
      flushed = image;
    }
  }

  void destroy() {
    destroyed = true;
  }

  @Override
  public HardState durableHardState() {
    return hardState;
  }

  @Override
  public LogPosition durableStart() {
    return start;
  }

  @Override
  public LogPosition durableLast() {
    return log.isEmpty() ? start : new LogPosition(log.getLast().index(), log.getLast().term());
  }

  @Override
  public long durableTermAt(long index) {
    if (index == start.index()) {
      return start.term();
    }
    long slot = index - start.index() - 1;
    return slot >= 0 && slot < log.size() ? log.get((int) slot).term() : -1;
  }

  @Override
  public boolean destroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "%s start %s last %s flushed %s%s"
        .formatted(
            hardState, start, durableLast(), flushed.applied(), destroyed ? " destroyed" : "");
  }
}
