package dev.troupe.sql.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many rows of each table statements of this node have changed since somebody last asked, those
 * of transactions that were rolled back included. Any thread.
 */
final class ChangeCounts {
  private final Map<Long, LongAdder> counts = new ConcurrentHashMap<>();

  void add(long table, long rows) {
    if (rows > 0) {
      counts.computeIfAbsent(table, id -> new LongAdder()).add(rows);
    }
  }

  /** Rows by table. */
  Map<Long, Long> all() {
    Map<Long, Long> sums = new ConcurrentHashMap<>();
    counts.forEach((table, count) -> sums.put(table, count.sum()));
    return sums;
  }

  /** Begins to count a table anew. */
  void forget(long table) {
    counts.remove(table);
  }
}
