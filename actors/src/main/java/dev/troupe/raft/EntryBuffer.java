package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gapless run of log entries in memory: a ring addressed by log index. */
final class EntryBuffer {
  private static final int CAPACITY_MIN = 16;

  private @Nullable LogEntry[] ring = new LogEntry[CAPACITY_MIN];
  private long first;
  private long last;
  private long bytes;

  /** Empty; the next entry will have the index that follows {@code after}. */
  EntryBuffer(long after) {
    first = after + 1;
    last = after;
  }

  /** Index of the first entry held; one above {@link #last()} when there is none. */
  long first() {
    return first;
  }

  long last() {
    return last;
  }

  long bytes() {
    return bytes;
  }

  LogEntry get(long index) {
    Invariant.check(
        index >= first && index <= last, "entry %d is not among %d..%d", index, first, last);
    LogEntry entry = ring[slot(index)];
    Invariant.check(
        entry != null && entry.index() == index, "asked for entry %d, found %s", index, entry);
    return java.util.Objects.requireNonNull(entry);
  }

  void append(LogEntry entry) {
    Invariant.check(entry.index() == last + 1, "gap before %s, last was %d", entry, last);
    if (last - first + 1 == ring.length) {
      resize(ring.length * 2);
    }
    ring[slot(entry.index())] = entry;
    last = entry.index();
    bytes += entry.sizeBytes();
  }

  /** Drops the entries from an index on. */
  void truncateFrom(long index) {
    Invariant.check(index >= first, "cannot truncate at %d, memory starts at %d", index, first);
    while (last >= index) {
      remove(last);
      last--;
    }
  }

  /** Drops the entries up to and including an index. */
  void evictThrough(long index) {
    while (first <= last && first <= index) {
      remove(first);
      first++;
    }
    if (first > last && ring.length > CAPACITY_MIN) {
      ring = new LogEntry[CAPACITY_MIN];
    }
  }

  /** Drops everything; the next entry will follow {@code after}. */
  void reset(long after) {
    evictThrough(last);
    first = after + 1;
    last = after;
  }

  /**
   * The index after the last of the entries from {@code from} on that fit together into a number of
   * bytes; at least one entry.
   */
  long endWithin(long from, long maxBytes) {
    long end = from;
    long sum = 0;
    while (end <= last) {
      sum += get(end).sizeBytes();
      if (sum > maxBytes && end > from) {
        break;
      }
      end++;
    }
    return end;
  }

  /** Entries from {@code from} (inclusive) to {@code to} (exclusive). Never changes afterwards. */
  List<LogEntry> slice(long from, long to) {
    int count = (int) (to - from);
    if (count <= 0) {
      return List.of();
    }
    if (count == 1) {
      return List.of(get(from));
    }
    LogEntry[] copy = new LogEntry[count];
    for (int i = 0; i < count; i++) {
      copy[i] = get(from + i);
    }
    return Collections.unmodifiableList(Arrays.asList(copy));
  }

  private void remove(long index) {
    bytes -= get(index).sizeBytes();
    ring[slot(index)] = null;
  }

  private void resize(int capacity) {
    @Nullable LogEntry[] bigger = new LogEntry[capacity];
    for (long i = first; i <= last; i++) {
      bigger[(int) (i & (capacity - 1))] = ring[slot(i)];
    }
    ring = bigger;
  }

  private int slot(long index) {
    return (int) (index & (ring.length - 1));
  }
}
