package dev.troupe.oracle;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Timestamp;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers of one tenure: above what its predecessors may have given out, up to what is on
 * record as its own. Any thread; the limit is raised by the oracle's actor.
 *
 * <p>Numbers are {@link Timestamp#value()}s and stay far below the sign bit (the year 6429).
 */
final class TimestampWindow {
  /** Nothing could be taken: the window ends before. */
  static final long NONE = 0;

  private final AtomicLong last;
  private volatile long limit;

  /**
   * Starts a window.
   *
   * @param floor the first number is above it
   * @param limit the last one it may give, on record
   */
  TimestampWindow(Timestamp floor, Timestamp limit) {
    Invariant.check(
        floor.value() >= 0 && floor.value() < limit.value(),
        "a window from %s to %s is none",
        floor,
        limit);
    last = new AtomicLong(floor.value());
    this.limit = limit.value();
  }

  /**
   * Takes consecutive numbers that nobody else gets: from the present millisecond on, or above the
   * last ones when they are not behind it.
   *
   * @return the first; {@link #NONE} when the window has not got so many
   */
  long take(int count, long millis) {
    long physical = millis << Timestamp.COUNTER_BITS;
    while (true) {
      long before = last.get();
      long first = Math.max(before + 1, physical);
      long end = first + count - 1;
      if (end > limit) {
        return NONE;
      }
      if (last.compareAndSet(before, end)) {
        return first;
      }
    }
  }

  /** The highest number taken, or the floor. */
  Timestamp last() {
    return new Timestamp(last.get());
  }

  Timestamp limit() {
    return new Timestamp(limit);
  }

  /** How much of the window is above a number. */
  long left(long number) {
    return limit - number;
  }

  /** More is on record now. A limit never falls: late news of a lower one is passed over. */
  void extend(Timestamp onRecord) {
    limit = Math.max(limit, onRecord.value());
  }
}
