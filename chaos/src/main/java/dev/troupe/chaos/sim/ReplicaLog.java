package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Check;
import dev.troupe.chaos.check.ReplicaView;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a replica has handed to its log store, durable or not, for the checks to look at. */
final class ReplicaLog {
  private LogPosition start;
  private final ArrayList<LogEntry> entries = new ArrayList<>();
  private final TreeMap<Long, Membership> memberships = new TreeMap<>();
  private long baseReplicaCount;

  /**
   * The log as it is found on disk.
   *
   * @param image the state machine that it is replayed on
   */
  ReplicaLog(LogPosition start, List<LogEntry> stored, StateImage image) {
    this.start = start;
    this.baseReplicaCount = image.lastReplicaCount();
    this.memberships.put(image.applied().index(), image.membership());
    for (LogEntry entry : stored) {
      entries.add(entry);
      if (entry.index() > image.applied().index()) {
        noteMembership(entry);
      }
    }
  }

  private void noteMembership(LogEntry entry) {
    if (entry.kind() == LogEntry.Kind.MEMBERSHIP) {
      memberships.put(entry.index(), DescriptorCodec.decodeMembership(entry.data()));
    }
  }

  /** The highest count used for a replica id as far as this log tells. */
  long lastReplicaCount() {
    long last = baseReplicaCount;
    for (Membership membership : memberships.values()) {
      last = Math.max(last, ReplicaNumbers.highest(membership));
    }
    return last;
  }

  /** The newest membership in the log. */
  Membership membership() {
    return memberships.lastEntry().getValue();
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
      noteMembership(entry);
    }
    return dropped;
  }

  /** An entry that comes back under the same term is not gone. */
  private void dropFrom(List<LogEntry> added, List<LogEntry> dropped) {
    long first = added.getFirst().index();
    memberships.tailMap(first, true).clear();
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

  void reset(StateImage image) {
    entries.clear();
    memberships.clear();
    baseReplicaCount = image.lastReplicaCount();
    memberships.put(image.applied().index(), image.membership());
    start = image.applied();
  }
}
