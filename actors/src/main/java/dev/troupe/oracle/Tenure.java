package dev.troupe.oracle;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An office that was taken, and its numbers. Any thread.
 *
 * <p>A number counts as given out only when {@link #lawful} was true <em>after</em> it was taken,
 * or a linearizable read that began after it was taken found this tenure on record.
 */
final class Tenure {
  private final long number;
  private final @Nullable LeaseHold hold;
  private final TimestampWindow window;
  private final AtomicBoolean extensionAsked = new AtomicBoolean();

  /**
   * Starts a tenure that is on record.
   *
   * @param hold under which it was taken; null when there was no lease: then nothing is lawful
   *     without a read
   */
  Tenure(long number, @Nullable LeaseHold hold, TimestampWindow window) {
    this.number = number;
    this.hold = hold;
    this.window = window;
  }

  long number() {
    return number;
  }

  TimestampWindow window() {
    return window;
  }

  /** Whether the leadership under which office was taken lasts at this moment. */
  boolean lawful() {
    return hold != null && hold.holds();
  }

  boolean takenUnder(LeaseHold other) {
    return other.equals(hold);
  }

  /** True for the one caller that is to see to a longer window. */
  boolean askExtension() {
    return !extensionAsked.get() && extensionAsked.compareAndSet(false, true);
  }

  boolean extensionAsked() {
    return extensionAsked.get();
  }

  void extensionEnded() {
    extensionAsked.set(false);
  }
}
