package dev.troupe.sql.session;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts a user's statements of one shape. Mean and deviation are kept by the method of Welford
 * (Note on a Method for Calculating Corrected Sums of Squares and Products, 1962). Any thread.
 */
final class StatementTally {
  private final String user;
  private final long id;
  private final String shape;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean forgotten;
  private long calls;
  private long failed;
  private long retries;
  private long rows;
  private long totalNanos;
  private long minNanos = Long.MAX_VALUE;
  private long maxNanos;
  private double mean;
  private double squares;

  StatementTally(String user, long id, String shape) {
    this.user = user;
    this.id = id;
    this.shape = shape;
  }

  String user() {
    return user;
  }

  /** Whether what is counted here is seen by nobody any more. */
  boolean isForgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
  }

  /** A statement has succeeded. */
  void ended(long nanos, long rowCount) {
    lock.lock();
    try {
      calls++;
      rows += rowCount;
      totalNanos += nanos;
      minNanos = Math.min(minNanos, nanos);
      maxNanos = Math.max(maxNanos, nanos);
      double before = nanos - mean;
      mean += before / calls;
      squares += before * (nanos - mean);
    } finally {
      lock.unlock();
    }
  }

  /** More rows of a statement that has been counted were fetched. */
  void wentOn(long nanos, long rowCount) {
    lock.lock();
    try {
      rows += rowCount;
      totalNanos += nanos;
    } finally {
      lock.unlock();
    }
  }

  void failed() {
    lock.lock();
    try {
      failed++;
    } finally {
      lock.unlock();
    }
  }

  void again() {
    lock.lock();
    try {
      retries++;
    } finally {
      lock.unlock();
    }
  }

  StatementBook.Figures figures() {
    lock.lock();
    try {
      return new StatementBook.Figures(
          user,
          id,
          shape,
          calls,
          failed,
          retries,
          rows,
          totalNanos,
          calls == 0 ? 0 : minNanos,
          maxNanos,
          mean,
          calls == 0 ? 0 : Math.sqrt(squares / calls));
    } finally {
      lock.unlock();
    }
  }
}
