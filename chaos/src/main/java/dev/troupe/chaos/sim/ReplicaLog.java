package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Check;
import dev.troupe.chaos.check.ReplicaView;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import java.util.ArrayList;
import java.util.List;

/** What a replica has handed to its log store, durable or not, for the checks to look at. */
final class ReplicaLog {
  private LogPosition start;
  private final ArrayList<LogEntry> entries = new ArrayList<>();

  ReplicaLog(LogPosition start, List<LogEntry> stored) {
    this.start = start;
    entries.addAll(stored);
  }

  LogPosition start() {
    return start;
  }

  LogPosition last() {
    return entries.isEmpty()
        ? start
        : new LogPosition(entries.getLast().index(), entries.getLast().term());
  }

  /** Term at an index of the log or its start; -1 when it is not there. */
  long termAt(long index) {
    if (index == start.index()) {
      return start.term();
    }
    long slot = index - start.index() - 1;
    return slot >= 0 && slot < entries.size() ? entries.get((int) slot).term() : -1;
  }

  /**
   * Takes what the core wants stored, and tells the checks.
   *
   * @return the entries that are gone for it
   */
  List<LogEntry> append(
      List<LogEntry> added, boolean replacesSuffix, ReplicaView owner, Check checks) {
    var dropped = new ArrayList<LogEntry>();
    if (replacesSuffix) {
      dropFrom(added, dropped);
    }
    for (LogEntry gone : dropped) {
      checks.dropped(owner, gone);
    }
    for (LogEntry entry : added) {
      long prevTerm = entry.index() == last().index() + 1 ? last().term() : -1;
      checks.appended(owner, entry, prevTerm);
      entries.add(entry);
    }
    return dropped;
  }

  /** An entry that comes back under the same term is not gone. */
  private void dropFrom(List<LogEntry> added, List<LogEntry> dropped) {
    long first = added.getFirst().index();
    while (!entries.isEmpty() && entries.getLast().index() >= first) {
      LogEntry old = entries.removeLast();
      long slot = old.index() - first;
      boolean kept = slot < added.size() && added.get((int) slot).term() == old.term();
      if (!kept) {
        dropped.add(old);
      }
    }
  }

  void truncatePrefix(LogPosition newStart) {
    entries.subList(0, (int) (newStart.index() - start.index())).clear();
    start = newStart;
  }

  void reset(LogPosition newStart) {
    entries.clear();
    start = newStart;
  }
}
