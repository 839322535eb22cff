package dev.troupe.node.sql;

import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.storage.RowIds;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers for rows without a key of their own: milliseconds, then what chance gave this process,
 * then a counter. Rows that are inserted together lie together. Two processes that draw the same
 * chance in the same millisecond with the same count would meet: then the insert fails as a
 * duplicate key, and nothing is overwritten. Any thread.
 */
final class RandomRowIds implements RowIds {
  private static final int PROCESS_BITS = 15;
  private static final int COUNTER_BITS = 8;

  private final WallClock clock = SystemClocks.wall();
  private final long process;
  private final AtomicLong last = new AtomicLong();

  RandomRowIds(RandomSource random) {
    process = random.nextLong(1L << PROCESS_BITS);
  }

  @Override
  public long next() {
    // Time and counter are one number that only rises: a counter that runs over borrows from time.
    long now = clock.millis() << COUNTER_BITS;
    long stamp = last.updateAndGet(before -> Math.max(before + 1, now));
    long millis = stamp >> COUNTER_BITS;
    long counter = stamp & ((1 << COUNTER_BITS) - 1);
    return (millis << PROCESS_BITS | process) << COUNTER_BITS | counter;
  }
}
