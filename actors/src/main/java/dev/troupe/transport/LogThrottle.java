package dev.troupe.transport;

import dev.troupe.protocol.spi.MonotonicClock;

/** Lets one log line through per period, so that a flood of bad bytes is no flood of lines. */
final class LogThrottle {
  private final MonotonicClock clock;
  private final long periodNanos;
  private boolean used;
  private long lastNanos;
  private long suppressed;

  LogThrottle(MonotonicClock clock, long periodNanos) {
    this.clock = clock;
    this.periodNanos = periodNanos;
  }

  /** Whether to log now; ask {@link #takeSuppressed()} next. */
  boolean permits() {
    long now = clock.nanos();
    if (used && now - lastNanos < periodNanos) {
      suppressed++;
      return false;
    }
    used = true;
    lastNanos = now;
    return true;
  }

  /** How many lines were held back since the last one. */
  long takeSuppressed() {
    long count = suppressed;
    suppressed = 0;
    return count;
  }
}
