package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;

/**
 * Counts who is inside a native object, so that it is closed only when everybody has left. Entering
 * a closed gate is refused. Thread-safe.
 */
final class UseGate {
  private final String what;
  private int inside;
  private volatile boolean closing;

  UseGate(String what) {
    this.what = what;
  }

  synchronized void enter() {
    requireOpen();
    inside++;
  }

  synchronized void leave() {
    inside--;
    notifyAll();
  }

  /** For long work inside: ends it when somebody wants to close. */
  void requireOpen() {
    if (closing) {
      throw new TroupeException(ErrorCode.SHUTTING_DOWN, what + " is closed");
    }
  }

  /** Refuses newcomers and waits until all have left. Blocking; may be repeated. */
  synchronized void close() {
    closing = true;
    boolean interrupted = false;
    while (inside > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Leaving early would free native memory that somebody still reads.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
