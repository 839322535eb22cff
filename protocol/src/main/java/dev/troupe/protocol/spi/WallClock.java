package dev.troupe.protocol.spi;

/** Time of day: may jump, may differ between nodes; never trusted for safety. */
@FunctionalInterface
public interface WallClock {
  /** Milliseconds since 1970 in UTC. */
  long millis();

  /** Microseconds since 1970 in UTC, as fine as the clock is. */
  default long micros() {
    return millis() * 1_000L;
  }
}
