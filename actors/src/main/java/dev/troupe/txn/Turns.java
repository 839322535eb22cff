package dev.troupe.txn;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings answers back to an actor: those that come while the actor is running, on its own thread,
 * at once; all others through its mailbox.
 */
final class Turns {
  private final Consumer<Runnable> mailbox;
  private volatile @Nullable Thread running;

  /**
   * @param mailbox puts an action into the actor's mailbox, which carries it out by {@link #run}
   */
  Turns(Consumer<Runnable> mailbox) {
    this.mailbox = mailbox;
  }

  /** To be called by the actor for everything that it does. */
  void run(Runnable action) {
    running = Thread.currentThread();
    try {
      action.run();
    } finally {
      running = null;
    }
  }

  /** A callback for any thread, whose effect is the actor's. */
  <T extends @Nullable Object> Consumer<T> callback(Consumer<T> action) {
    return value -> {
      if (Thread.currentThread() == running) {
        action.accept(value);
      } else {
        mailbox.accept(() -> action.accept(value));
      }
    };
  }

  /** The same ranges, found in the actor's turns. */
  RangeMap ranges(RangeMap ranges) {
    return (key, deadline, found) -> ranges.whereIs(key, deadline, callback(found));
  }

  Runnable callback(Runnable action) {
    return () -> {
      if (Thread.currentThread() == running) {
        action.run();
      } else {
        mailbox.accept(action);
      }
    };
  }
}
