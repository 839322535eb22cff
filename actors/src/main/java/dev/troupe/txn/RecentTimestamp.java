package dev.troupe.txn;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import org.jspecify.annotations.Nullable;

/** A timestamp that was given out to this node a short while ago. Any thread. */
final class RecentTimestamp {
  private static final long RECENT_NANOS = 10_000_000_000L;

  private record Drawn(Timestamp timestamp, long atNanos) {}

  private final MonotonicClock clock;
  private volatile @Nullable Drawn last;

  RecentTimestamp(MonotonicClock clock) {
    this.clock = clock;
  }

  void drawn(Timestamp timestamp) {
    Drawn before = last;
    if (before == null || before.timestamp().compareTo(timestamp) < 0) {
      last = new Drawn(timestamp, clock.nanos());
    }
  }

  /** Null when none was given out lately. */
  @Nullable Timestamp get() {
    Drawn now = last;
    return now == null || clock.nanos() - now.atNanos() > RECENT_NANOS ? null : now.timestamp();
  }
}
