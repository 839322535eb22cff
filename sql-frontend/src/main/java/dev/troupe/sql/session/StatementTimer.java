package dev.troupe.sql.session;

import dev.troupe.protocol.spi.MonotonicClock;
import org.jspecify.annotations.Nullable;

/**
 * Times the statements of a session, and has them counted. In the extended protocol a statement's
 * commit comes with Sync, which may be much later: what lies between is the client's. Owned by the
 * session.
 */
final class StatementTimer {
  private final SqlMetrics metrics;
  private final MonotonicClock clock;
  private long begun;
  // What runs: where it will be counted.
  private @Nullable StatementTally running;
  private boolean goesOn;
  // Of the last statement, whose commit is still to come.
  private @Nullable Ended open;
  private long spent;

  private record Ended(
      StatementKind kind, @Nullable StatementTally tally, boolean goesOn, long rows) {}

  StatementTimer(SqlMetrics metrics, MonotonicClock clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  void begin() {
    begun = clock.nanos();
  }

  /**
   * What has begun is a statement.
   *
   * @param further whether it has been counted, and gives more rows now
   */
  void of(StatementTally tally, boolean further) {
    running = tally;
    goesOn = further;
  }

  /**
   * A statement has succeeded.
   *
   * @param rows that it has given or changed
   * @param commitFollows whether its transaction ends with {@link #committed}
   */
  void end(StatementKind kind, long rows, boolean commitFollows) {
    close();
    long nanos = clock.nanos() - begun;
    var ended = new Ended(kind, running, goesOn, rows);
    running = null;
    if (commitFollows) {
      open = ended;
      spent = nanos;
    } else {
      count(ended, nanos);
    }
  }

  /** What began last was the commit of the statements before. */
  void committed() {
    if (open != null) {
      spent += clock.nanos() - begun;
      close();
    }
  }

  /** It is done once more, because others were in its way. */
  void again() {
    metrics.again();
    StatementTally tally = current();
    if (tally != null) {
      tally.again();
    }
  }

  /** Something failed: it is counted as an error. */
  void failed() {
    StatementTally tally = current();
    if (tally != null) {
      tally.failed();
    }
    running = null;
    open = null;
  }

  private @Nullable StatementTally current() {
    return running != null ? running : open == null ? null : open.tally();
  }

  private void close() {
    if (open != null) {
      count(open, spent);
      open = null;
    }
  }

  private void count(Ended ended, long nanos) {
    metrics.ended(ended.kind(), nanos);
    StatementTally tally = ended.tally();
    if (tally == null) {
      return;
    }
    if (ended.goesOn()) {
      tally.wentOn(nanos, ended.rows());
    } else {
      tally.ended(nanos, ended.rows());
    }
  }
}
