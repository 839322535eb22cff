package dev.troupe.rocksdb.mvcc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps collections of old versions apart from rewrites, which put other versions in the place of a
 * whole span or remove them all. A collection decides by what it has read that a deletion hides
 * nothing any more; a rewrite that came in between could have brought back what it hid.
 *
 * <p>Rewrites never wait for the reading of a collection, only for its short write. Thread-safe.
 */
final class RewriteGate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;
  private long begun;

  /** A rewrite begins; {@link #end} must follow. */
  void begin() {
    lock.lock();
    try {
      running++;
      begun++;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      running--;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no rewrite is under way, and returns a stamp for {@link #runUnlessRewritten}. */
  long awaitNone() {
    lock.lock();
    try {
      while (running > 0) {
        idle.awaitUninterruptibly();
      }
      return begun;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs the change, and keeps rewrites from beginning meanwhile.
   *
   * @return false when a rewrite has begun since the stamp; the change did not run then
   */
  boolean runUnlessRewritten(long stamp, Runnable change) {
    lock.lock();
    try {
      if (begun != stamp) {
        return false;
      }
      change.run();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
