package dev.troupe.sql.session;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.IndexBackfill;
import dev.troupe.sql.schema.OnlineChanges;
import dev.troupe.sql.schema.SchemaJob;
import dev.troupe.sql.schema.SchemaStatements;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Carries out what changes of the schema have left to be done, step by step. Each step is a
 * transaction that finds out anew how things are, so whoever does the next one need not know who
 * did the last. Used by the thread of the session, which must be in no transaction.
 */
final class SchemaJobRunner {
  private static final long FRUITLESS_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final int TAKING_BACK_ATTEMPTS_MAX = 20;

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;

  SchemaJobRunner(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
  }

  private enum Step {
    /** There is more to do. */
    TAKEN,
    /** The change is complete. */
    PUBLISHED,
    /** Somebody has dropped what was being made. */
    GONE
  }

  /**
   * Works until the change is published. When it cannot be, or the statement is cancelled, it is
   * taken back.
   *
   * @throws SqlException UNIQUE_VIOLATION, CHECK_VIOLATION, FOREIGN_KEY_VIOLATION, QUERY_CANCELED:
   *     nothing is left of the change; STATEMENT_COMPLETION_UNKNOWN: the cluster could not be
   *     reached for long, and another node will go on with it
   */
  void finish(SchemaJob job) {
    var pace = new BackfillPace();
    long lastSuccess = now();
    Step last = Step.TAKEN;
    while (last == Step.TAKEN) {
      try {
        parts.cancellation().check();
        last = step(job, pace);
        pace.succeeded();
        lastSuccess = now();
      } catch (SqlException e) {
        parts.transaction().rollback();
        if (isFinal(e)) {
          takeBack(job, e);
          throw e;
        }
        if (e.state() == SqlState.ADMIN_SHUTDOWN || now() - lastSuccess > FRUITLESS_NANOS_MAX) {
          throw left(e);
        }
        pause(pace.failed());
      }
    }
    if (last == Step.GONE) {
      throw new SqlException(
          SqlState.UNDEFINED_OBJECT, "what was being built has been dropped meanwhile");
    }
  }

  private long now() {
    return parts.node().clocks().monotonic().nanos();
  }

  private void pause(long millis) {
    try {
      var over = new CompletableFuture<Boolean>();
      parts.cancellation().await(over.completeOnTimeout(true, millis, TimeUnit.MILLISECONDS));
    } catch (SqlException e) {
      if (e.state() == SqlState.ADMIN_SHUTDOWN) {
        throw left(e);
      }
      // The loop looks for a request to cancel before it goes on.
    }
  }

  /** Whether the next attempt would end in the same way, or is not wanted. */
  private boolean isFinal(SqlException e) {
    return switch (e.state()) {
      case UNIQUE_VIOLATION, CHECK_VIOLATION, FOREIGN_KEY_VIOLATION -> true;
      // Of a predicate or condition; the same class as reads that are too old has.
      case INVALID_PARAMETER_VALUE -> false;
      default -> e.state().code().startsWith("22") || parts.cancellation().isRequested();
    };
  }

  private static SqlException left(SqlException cause) {
    return new SqlException(
            SqlState.STATEMENT_COMPLETION_UNKNOWN, "the change of the schema is not complete yet")
        .withDetail(String.valueOf(cause.getMessage()))
        .withHint("Another node goes on with it; \\d shows whether it has become valid.");
  }

  // --- one step --------------------------------------------------------------------------------

  private OnlineChanges begin(boolean forChange) {
    parts.transaction().beginImplicit(parts.nowMicros(), false);
    return changes(forChange);
  }

  private OnlineChanges changes(boolean forChange) {
    return new SchemaStatements(
            parts.transaction().schema(forChange),
            parts.roles().current(),
            new BoundDefinitions(parts, rows),
            new StoredTables(parts, planner, rows))
        .online();
  }

  private Step step(SchemaJob job, BackfillPace pace) {
    OnlineChanges changes = begin(false);
    SchemaJob current = SchemaJob.take(parts.transaction().kv(), job.oid());
    OnlineChanges.Subject subject = current == null ? null : changes.subject(current);
    if (current == null || subject == null) {
      boolean published = changes.isPublished(job);
      parts.transaction().rollback();
      forget(job);
      return published ? Step.PUBLISHED : Step.GONE;
    }
    IndexDescriptor index = subject.index();
    int rowsAt = subject.table().primary().id();
    if (index == null) {
      // Nobody has to wait, or to look at the same rows again when this one commits.
      parts.transaction().rollback();
      validate(job);
      return publish(job);
    }
    if (current.isFilled(rowsAt)) {
      parts.transaction().rollback();
      return publish(job);
    }
    IndexBackfill.Portion done =
        rows.fillIndex(subject.table(), index, current.resumeIn(rowsAt), pace.rows(), pace.lock());
    current.advanced(rowsAt, done.resume(), done.rows()).write(parts.transaction().kv());
    parts.transaction().commit();
    return Step.TAKEN;
  }

  private void validate(SchemaJob job) {
    // A snapshot keeps no list of what it has read, however much that is.
    parts.transaction().expect(true);
    parts.transaction().beginImplicit(parts.nowMicros(), true);
    OnlineChanges changes = changes(false);
    OnlineChanges.Subject subject = changes.subject(job);
    if (subject != null) {
      changes.lookAtRows(subject);
    }
    parts.transaction().rollback();
  }

  private Step publish(SchemaJob job) {
    OnlineChanges changes = begin(true);
    SchemaJob current = SchemaJob.take(parts.transaction().kv(), job.oid());
    OnlineChanges.Subject subject = changes.subject(job);
    if (current == null || subject == null) {
      parts.transaction().rollback();
      return Step.TAKEN;
    }
    boolean moved = subject.index() != null && !current.isFilled(subject.table().primary().id());
    if (!moved) {
      changes.publish(subject);
      current.delete(parts.transaction().kv());
      parts.transaction().commit();
      return Step.PUBLISHED;
    }
    parts.transaction().rollback();
    return Step.TAKEN;
  }

  private void forget(SchemaJob job) {
    parts.transaction().beginImplicit(parts.nowMicros(), false);
    SchemaJob left = SchemaJob.take(parts.transaction().kv(), job.oid());
    if (left != null) {
      left.delete(parts.transaction().kv());
    }
    parts.transaction().commit();
  }

  /** If that fails, too, another node finds the job and comes to the same end. */
  private void takeBack(SchemaJob job, SqlException why) {
    parts.cancellation().reset();
    for (int attempt = 1; attempt <= TAKING_BACK_ATTEMPTS_MAX; attempt++) {
      try {
        OnlineChanges changes = begin(true);
        OnlineChanges.Subject subject = changes.subject(job);
        if (subject != null) {
          changes.takeBack(subject);
        }
        job.delete(parts.transaction().kv());
        parts.transaction().commit();
        return;
      } catch (SqlException e) {
        parts.transaction().rollback();
        if (attempt == TAKING_BACK_ATTEMPTS_MAX || e.state() == SqlState.ADMIN_SHUTDOWN) {
          why.withHint("It could not be taken back yet; another node will do so.");
          return;
        }
        pause(new BackfillPace().failed());
      }
    }
  }
}
