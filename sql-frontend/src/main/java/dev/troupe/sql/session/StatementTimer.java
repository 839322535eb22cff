package dev.troupe.sql.session;

import dev.troupe.protocol.spi.MonotonicClock;
import org.jspecify.annotations.Nullable;

/**
 * Times the statements of a session. In the extended protocol a statement's commit comes with Sync,
 * which may be much later: what lies between is the client's. Owned by the session.
 */
final class StatementTimer {
  private final SqlMetrics metrics;
  private final MonotonicClock clock;
  private long begun;
  // Of the last statement, whose commit is still to come.
  private @Nullable StatementKind open;
  private long spent;

  StatementTimer(SqlMetrics metrics, MonotonicClock clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  void begin() {
    begun = clock.nanos();
  }

  /**
   * A statement has succeeded.
   *
   * @param commitFollows whether its transaction ends with {@link #committed}
   */
  void end(StatementKind kind, boolean commitFollows) {
    close();
    long nanos = clock.nanos() - begun;
    if (commitFollows) {
      open = kind;
      spent = nanos;
    } else {
      metrics.ended(kind, nanos);
    }
  }

  /** What began last was the commit of the statements before. */
  void committed() {
    if (open != null) {
      spent += clock.nanos() - begun;
      close();
    }
  }

  /** Something failed: it is counted as an error. */
  void forget() {
    open = null;
  }

  private void close() {
    if (open != null) {
      metrics.ended(open, spent);
      open = null;
    }
  }
}
