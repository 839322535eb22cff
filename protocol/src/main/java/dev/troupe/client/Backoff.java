package dev.troupe.client;

import dev.troupe.protocol.spi.RandomSource;
import java.util.concurrent.TimeUnit;

/** Pauses between attempts: doubling up to a limit, each drawn from the upper half of its range. */
final class Backoff {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(256);

  private final RandomSource random;
  private long next = FIRST_NANOS;

  Backoff(RandomSource random) {
    this.random = random;
  }

  /** Length of the next pause, in nanoseconds. */
  long nextNanos() {
    long half = next / 2;
    next = Math.min(next * 2, LAST_NANOS);
    return half + random.nextLong(half);
  }
}
