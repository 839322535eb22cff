package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside native code, so that nothing native is freed under somebody's feet: that
 * would not be an exception but the end of the process. Any thread.
 */
public final class UseCount {
  private final String what;
  private final AtomicInteger uses = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param what is named to those who come too late
   */
  public UseCount(String what) {
    this.what = what;
  }

  /**
   * Every return needs an {@link #exit}.
   *
   * @throws TroupeException with SHUTTING_DOWN after {@link #close}
   */
  public void enter() {
    uses.incrementAndGet();
    if (closed) {
      exit();
      throw new TroupeException(ErrorCode.SHUTTING_DOWN, what + " is closed");
    }
  }

  public void exit() {
    if (uses.decrementAndGet() == 0 && closed) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Lets nobody in any more and waits until everybody has left. */
  public void close() {
    closed = true;
    boolean interrupted = false;
    synchronized (this) {
      while (uses.get() > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
