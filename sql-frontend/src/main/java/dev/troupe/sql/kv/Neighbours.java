package dev.troupe.sql.kv;

import dev.troupe.protocol.spi.MonotonicClock;
import java.util.concurrent.TimeUnit;

/**
 * Whether rows are believed to lie in one range with their witness, so that both are worth asking
 * for together. A hint: who is wrong loses a round trip. Any thread.
 */
final class Neighbours {
  /** Ranges may be merged, and reads may turn to tables that are near. */
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final MonotonicClock clock;
  private volatile boolean apart;
  private volatile long sinceNanos;

  Neighbours(MonotonicClock clock) {
    this.clock = clock;
  }

  boolean mayBe() {
    return !apart || clock.nanos() - sinceNanos > BELIEVED_NANOS;
  }

  /** Called by who has found them in two ranges. */
  void areNot() {
    sinceNanos = clock.nanos();
    apart = true;
  }
}
