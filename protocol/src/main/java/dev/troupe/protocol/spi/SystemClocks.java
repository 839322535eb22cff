package dev.troupe.protocol.spi;

import java.util.concurrent.ThreadLocalRandom;

/** The real clocks and randomness: the only place of the product that reads them. */
public final class SystemClocks {
  private SystemClocks() {}

  public static MonotonicClock monotonic() {
    return System::nanoTime;
  }

  public static WallClock wall() {
    return System::currentTimeMillis;
  }

  public static RandomSource random() {
    return bound -> ThreadLocalRandom.current().nextLong(bound);
  }
}
