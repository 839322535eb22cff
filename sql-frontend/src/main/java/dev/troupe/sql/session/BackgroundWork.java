package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.schema.SchemaJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node does for the cluster without being asked: it goes on with changes of the schema whose
 * nodes have died, and counts tables anew that its sessions have changed much. Every node does so;
 * two that find the same job share its steps. Used by one thread, whose interruption ends the work.
 */
public final class BackgroundWork {
  private static final String USER = "root";
  private static final Duration LOOKING_DEADLINE = Duration.ofSeconds(20);

  /** Tables that are counted in one go. */
  private static final int COUNTED_MAX = 4;

  /** A table is counted when so many rows have changed, and so large a part of it. */
  private static final long CHANGED_ROWS_MIN = 500;

  private static final double CHANGED_PART_MIN = 0.1;

  /** So many times as long as a table took to be counted it is left alone. */
  private static final int REST_FACTOR = 20;

  private final SqlNode node;
  private final Duration patience;
  private final Map<Long, Seen> seen = new HashMap<>();
  private final Map<Long, Long> restsUntil = new HashMap<>();

  /** How far a job was, and since when as this node has seen it. */
  private record Seen(long steps, long sinceNanos) {}

  /**
   * Does nothing before it is called.
   *
   * @param patience how long a job may rest before somebody else takes it up
   */
  BackgroundWork(SqlNode node, Duration patience) {
    this.node = node;
    this.patience = patience;
  }

  /** Whether this node knows of a change that is under way. Costs nothing. */
  public boolean expectsSchemaJobs() {
    return !seen.isEmpty() || node.sources().catalogs().knowsUnfinished();
  }

  /**
   * Looks for changes of the schema that nobody has worked on for a while, and completes them.
   *
   * @return how many were completed or taken back
   * @throws SqlException when the cluster cannot be reached
   */
  public int resumeSchemaJobs() {
    List<SchemaJob> jobs = jobs();
    seen.keySet().retainAll(jobs.stream().map(SchemaJob::oid).toList());
    int ended = 0;
    for (SchemaJob job : jobs) {
      if (hasRested(job)) {
        finish(job);
        ended++;
      }
    }
    return ended;
  }

  /**
   * Learns what other nodes have counted, and counts tables that statements of this node have
   * changed much. Does nothing where there have been no changes.
   *
   * @return how many tables were counted
   * @throws SqlException when the cluster cannot be reached
   */
  public int refreshStatistics() {
    if (node.changes().all().isEmpty() && node.sessions().count() == 0) {
      return 0;
    }
    TableAnalysis.refresh(node);
    int counted = 0;
    for (Map.Entry<Long, Long> change : node.changes().all().entrySet()) {
      long now = node.clocks().monotonic().nanos();
      long table = change.getKey();
      Long until = restsUntil.get(table);
      boolean rests = until != null && now - until < 0;
      if (counted < COUNTED_MAX && !rests && isMuch(table, change.getValue())) {
        count(table);
        long ended = node.clocks().monotonic().nanos();
        restsUntil.put(table, ended + REST_FACTOR * (ended - now));
        counted++;
      }
    }
    restsUntil.values().removeIf(until -> node.clocks().monotonic().nanos() - until >= 0);
    return counted;
  }

  private boolean isMuch(long table, long changed) {
    long rows = node.sources().catalogs().statistics().rows(table);
    return changed >= CHANGED_ROWS_MIN + CHANGED_PART_MIN * rows;
  }

  private void count(long table) {
    node.changes().forget(table);
    try (var session = new Session(node)) {
      session.runner.analysis().apart(List.of(table));
    }
  }

  private List<SchemaJob> jobs() {
    KvTransaction read = node.sources().transactions().begin(LOOKING_DEADLINE);
    try {
      return SchemaJob.all(read);
    } finally {
      read.rollback();
    }
  }

  private boolean hasRested(SchemaJob job) {
    long now = node.clocks().monotonic().nanos();
    Seen before = seen.get(job.oid());
    if (before == null || before.steps() != job.steps()) {
      seen.put(job.oid(), new Seen(job.steps(), now));
      return patience.isZero();
    }
    return now - before.sinceNanos() >= patience.toNanos();
  }

  private void finish(SchemaJob job) {
    try (var session = new Session(node)) {
      session.runner.jobs().finish(job);
    } catch (SqlException e) {
      if (e.state() == SqlState.STATEMENT_COMPLETION_UNKNOWN) {
        throw e;
      }
      // It has been taken back, which is an end as well.
    }
  }

  /** A session without a client. */
  private static final class Session implements AutoCloseable {
    final TransactionScope transaction;
    final StatementRunner runner;

    Session(SqlNode node) {
      var settings = new Settings();
      settings.initially("session_authorization", USER);
      var cancellation = new Cancellation();
      var searchPath = new SearchPath(settings, new SessionRoles(settings, USER));
      transaction = new TransactionScope(node.sources(), searchPath, settings, cancellation);
      runner =
          new StatementRunner(
              node,
              new SessionIdentity(USER, SqlSessions.DATABASE, 0, null, null),
              searchPath,
              settings,
              transaction,
              cancellation,
              new NamedObjects(new HashMap<>(), new HashMap<>()));
    }

    @Override
    public void close() {
      transaction.rollback();
    }
  }
}
