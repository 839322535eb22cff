package dev.troupe.sql.session;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.WallClock;

/** Time and chance as SQL has them. Any thread. */
record SessionClocks(WallClock wall, MonotonicClock monotonic, RandomSource random) {
  /** 2000-01-01, in milliseconds since 1970. */
  private static final long EPOCH_MILLIS = 946_684_800_000L;

  private static final int FRACTION_BITS = 53;

  /** Microseconds since 2000-01-01 UTC. */
  long nowMicros() {
    return (wall.millis() - EPOCH_MILLIS) * 1000;
  }

  double nextDouble() {
    return random.nextLong(1L << FRACTION_BITS) * 0x1.0p-53;
  }
}
