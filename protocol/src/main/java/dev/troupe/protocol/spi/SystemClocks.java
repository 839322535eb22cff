package dev.troupe.protocol.spi;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The real clocks and randomness: the only place of the product that reads them. */
public final class SystemClocks {
  private SystemClocks() {}

  public static MonotonicClock monotonic() {
    return System::nanoTime;
  }

  public static WallClock wall() {
    return new WallClock() {
      @Override
      public long millis() {
        return System.currentTimeMillis();
      }

      @Override
      public long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
      }
    };
  }

  public static RandomSource random() {
    return bound -> ThreadLocalRandom.current().nextLong(bound);
  }
}
