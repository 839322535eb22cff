package dev.troupe.sql.session;

import dev.troupe.protocol.spi.TxnRequest.Lock;

/**
 * How many rows the next transaction of a backfill takes. It reads without locks while that works,
 * so that writers need not wait. Where they are in its way it takes fewer rows, and makes them wait
 * for the short time that these need. Used by one thread.
 */
final class BackfillPace {
  private static final int ROWS_MAX = 2_000;
  private static final int ROWS_MIN = 32;
  private static final int SHRINKING = 4;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  private int rows = ROWS_MAX;
  private int failures;

  int rows() {
    return rows;
  }

  Lock lock() {
    return failures == 0 ? Lock.NONE : Lock.WAIT;
  }

  void succeeded() {
    failures = 0;
    rows = Math.min(ROWS_MAX, 2 * rows);
  }

  /** Returns how long to wait, in milliseconds. */
  long failed() {
    failures++;
    rows = Math.max(ROWS_MIN, rows / SHRINKING);
    return Math.min(PAUSE_MILLIS_MAX, 1L << Math.min(failures, 10));
  }
}
