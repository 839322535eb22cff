package dev.troupe.raft;

import dev.troupe.protocol.model.Membership;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memberships in a log: the newest one is in force, committed or not (Ongaro, dissertation,
 * section 4.1); truncating the log brings back the one before.
 */
final class MembershipHistory {
  private record At(long index, Membership membership) {}

  private final ArrayDeque<At> entries = new ArrayDeque<>();

  MembershipHistory(long index, Membership membership) {
    entries.add(new At(index, membership));
  }

  Membership current() {
    return entries.getLast().membership();
  }

  /** The membership that truncation would bring back; null when the current one is settled. */
  @Nullable Membership previous() {
    if (entries.size() == 1) {
      return null;
    }
    var newestFirst = entries.descendingIterator();
    newestFirst.next();
    return newestFirst.next().membership();
  }

  /** Index of the entry that brought the membership in force. */
  long index() {
    return entries.getLast().index();
  }

  void append(long index, Membership membership) {
    entries.addLast(new At(index, membership));
  }

  /** Whether the membership in force has changed by this. */
  boolean truncateFrom(long index) {
    boolean changed = false;
    while (entries.size() > 1 && entries.getLast().index() >= index) {
      entries.removeLast();
      changed = true;
    }
    return changed;
  }

  /** Forgets what can never come back. */
  void committed(long index) {
    while (entries.size() > 1) {
      At oldest = entries.removeFirst();
      if (entries.getFirst().index() > index) {
        entries.addFirst(oldest);
        return;
      }
    }
  }

  void reset(long index, Membership membership) {
    entries.clear();
    entries.add(new At(index, membership));
  }
}
