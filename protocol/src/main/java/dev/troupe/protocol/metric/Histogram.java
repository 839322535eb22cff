package dev.troupe.protocol.metric;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts values by size: two uncontended additions for each. Timers of metrics libraries cost
 * several times as much, which shows at 100 000 requests a second. Any thread; a reader may see a
 * value in a bucket and not yet in the sum.
 */
public final class Histogram {
  /** Upper bounds in nanoseconds: three per decade, 100 µs to 10 s, and some of shorter syncs. */
  private static final long[] DURATIONS = {
    20_000L,
    50_000L,
    100_000L,
    200_000L,
    500_000L,
    1_000_000L,
    2_000_000L,
    5_000_000L,
    10_000_000L,
    20_000_000L,
    50_000_000L,
    100_000_000L,
    200_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_000_000_000L,
    5_000_000_000L,
    10_000_000_000L
  };

  private static final long[] COUNTS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final long[] bounds;
  private final LongAdder[] buckets;
  private final LongAdder sum = new LongAdder();

  private Histogram(long[] bounds) {
    this.bounds = bounds;
    buckets = Stream.generate(LongAdder::new).limit(bounds.length + 1).toArray(LongAdder[]::new);
  }

  /** Of durations in nanoseconds. */
  public static Histogram ofNanos() {
    return new Histogram(DURATIONS);
  }

  /** Of how many things went together. */
  public static Histogram ofCounts() {
    return new Histogram(COUNTS);
  }

  /** Takes note of a value; a negative one, which only a broken clock gives, counts as zero. */
  public void record(long value) {
    int i = 0;
    while (i < bounds.length && value > bounds[i]) {
      i++;
    }
    buckets[i].increment();
    sum.add(Math.max(0, value));
  }

  /** How many values there were. */
  public long count() {
    long all = 0;
    for (LongAdder bucket : buckets) {
      all += bucket.sum();
    }
    return all;
  }

  /** All values together. */
  public long sum() {
    return sum.sum();
  }

  /** Buckets, the last of which has no upper bound. */
  public int buckets() {
    return buckets.length;
  }

  /** Highest value that belongs into a bucket; {@link Long#MAX_VALUE} for the last one. */
  public long bound(int bucket) {
    return bucket < bounds.length ? bounds[bucket] : Long.MAX_VALUE;
  }

  /** Values in one bucket, those below it not included. */
  public long count(int bucket) {
    return buckets[bucket].sum();
  }
}
