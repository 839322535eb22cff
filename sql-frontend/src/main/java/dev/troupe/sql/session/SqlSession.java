package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.syntax.ParsedStatement;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: the requests of the simple and the extended protocol. Owned by the thread
 * of its connection; {@link #cancel} may be called from any thread.
 *
 * <p>A statement outside of a transaction of the client's own is run again when others were in its
 * way, as long as the client has seen nothing of it.
 */
public final class SqlSession implements AutoCloseable {
  private static final int RETRIES_MAX = 50;
  private static final int STATEMENTS_MAX = 50_000;
  private static final int PORTALS_MAX = 10_000;

  /** What a client is told of a prepared statement. */
  public record StatementDescription(
      List<SqlType> parameters, @Nullable List<ResultColumn> columns) {}

  /** What a client is told of a portal. */
  public record PortalDescription(@Nullable List<ResultColumn> columns, int[] formats) {}

  private final Settings settings;
  private final Cancellation cancellation = new Cancellation();
  private final ScheduledExecutorService timer;
  private final SessionActivity activity;
  private final SessionClocks clocks;
  private final TransactionScope transaction;
  private final StatementRunner runner;
  private final StatementTimer time;
  private final SessionRoles roles;
  private final SqlMetrics metrics;
  private final StatementTrace trace;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  // The only portal that was run since the implicit transaction began, and what it may take back.
  private @Nullable Portal lonely;
  private long lonelyMark;
  // Whether any portal was run since the last Sync.
  private boolean hasRun;

  SqlSession(
      SqlNode node,
      SessionIdentity identity,
      Settings settings,
      SessionActivity activity,
      ScheduledExecutorService timer) {
    this.settings = settings;
    this.activity = activity;
    this.clocks = node.clocks();
    this.timer = timer;
    this.metrics = node.metrics();
    this.trace = new StatementTrace(node.traces(), settings, cancellation);
    this.time = new StatementTimer(metrics, node.clocks().monotonic());
    this.roles = new SessionRoles(settings, identity.user());
    var searchPath = new SearchPath(settings, roles);
    this.transaction = new TransactionScope(node.sources(), searchPath, settings, cancellation);
    this.runner =
        new StatementRunner(
            node,
            identity,
            searchPath,
            settings,
            transaction,
            cancellation,
            new NamedObjects(statements, portals));
  }

  // --- what connections ask --------------------------------------------------------------------

  public TransactionStatus status() {
    return transaction.status();
  }

  /** Ends what is running, with the error that clients expect. Any thread. */
  public void cancel() {
    cancellation.cancel(
        new SqlException(SqlState.QUERY_CANCELED, "canceling statement due to user request"));
  }

  /** Tells of settings that have changed. */
  public void report(ResultSink sink) {
    settings.report(sink);
  }

  /** How long the client may rest now, in milliseconds; 0: as long as it likes. */
  public long idleMillisMax() {
    return settings.number(
        status() == TransactionStatus.IDLE
            ? Settings.Number.IDLE_SESSION_TIMEOUT
            : Settings.Number.IDLE_IN_TRANSACTION_SESSION_TIMEOUT);
  }

  /** An error was sent: what was under way is over. */
  public void failed(SqlState state) {
    metrics.failed(state);
    time.failed();
    trace.end();
    lonely = null;
    hasRun = false;
    portals.values().removeIf(Portal::close);
    transaction.failed();
  }

  @Override
  public void close() {
    portals.values().forEach(Portal::close);
    portals.clear();
    transaction.rollback();
    runner.close();
  }

  /** How values are written for this client. */
  public SessionTypes types() {
    return runner.types();
  }

  // --- simple protocol -------------------------------------------------------------------------

  /**
   * Runs the statements of a text, in one transaction unless they say otherwise.
   *
   * @throws SqlException from the statement that failed; later ones were not run
   */
  public void query(String sql, ResultSink sink) {
    ScheduledFuture<?> timeout = beginWork();
    begins(sql);
    time.of(metrics.statements().tally(roles.current(), sql), false);
    try {
      List<Statement> parsed =
          Parser.parseAll(sql).stream().map(ParsedStatement::statement).toList();
      dropUnnamed();
      if (parsed.isEmpty()) {
        sink.empty();
        return;
      }
      long rows = runAll(sql, parsed, sink);
      time.end(StatementKind.of(parsed), rows, false);
    } catch (SqlException e) {
      trace.failed(e);
      throw e;
    } finally {
      endWork(timeout);
      trace.end();
    }
  }

  /** Returns how many rows were given or changed. */
  private long runAll(String sql, List<Statement> parsed, ResultSink sink) {
    transaction.expect(parsed.size() == 1);
    boolean alone = !transaction.isOpen() && parsed.stream().allMatch(Retries::allows);
    for (int attempt = 1; ; attempt++) {
      long mark = sink.mark();
      try {
        return runOnce(sql, parsed, sink);
      } catch (SqlException e) {
        if (!alone || attempt > RETRIES_MAX || !Retries.help(e) || !sink.rewind(mark)) {
          throw e;
        }
        runAgain();
      }
    }
  }

  private void runAgain() {
    time.again();
    transaction.rollback();
    cancellation.check();
  }

  private long runOnce(String sql, List<Statement> parsed, ResultSink sink) {
    long rows = 0;
    for (int i = 0; i < parsed.size(); i++) {
      boolean last = i == parsed.size() - 1;
      String tag = runner.runSimple(parsed.get(i), sql, parsed.size() == 1, sink);
      if (last && transaction.isImplicit()) {
        transaction.commit();
      }
      sink.complete(tag);
      rows += CommandTag.rows(tag);
    }
    return rows;
  }

  // --- extended protocol -----------------------------------------------------------------------

  /**
   * Says what is coming, before a message is carried out.
   *
   * @param alone whether the message and those up to the next Sync run one portal at most, once,
   *     and nothing else
   */
  public void expect(boolean alone) {
    transaction.expect(alone);
  }

  /**
   * Prepares a statement.
   *
   * @param name empty: the unnamed one, which the next one replaces
   * @param parameterTypes OIDs, 0 where the type is to be found out
   */
  public void parse(String name, String sql, int[] parameterTypes) {
    ScheduledFuture<?> timeout = beginWork();
    try {
      if (!name.isEmpty() && statements.containsKey(name)) {
        throw SqlException.of(
            SqlState.DUPLICATE_PREPARED_STATEMENT,
            "prepared statement \"%s\" already exists",
            name);
      }
      if (statements.size() >= STATEMENTS_MAX) {
        throw SqlException.of(
            SqlState.CONFIGURATION_LIMIT_EXCEEDED,
            "a session may have %d prepared statements at most",
            STATEMENTS_MAX);
      }
      statements.remove(name);
      statements.put(name, again(() -> runner.prepare(name, sql, parameterTypes)));
    } finally {
      endWork(timeout);
    }
  }

  /** Makes a portal of a prepared statement and values, each in its format. */
  public void bind(
      String portal,
      String statement,
      int[] parameterFormats,
      List<byte @Nullable []> values,
      int[] resultFormats) {
    PreparedStatement prepared = statement(statement);
    if (!portal.isEmpty() && portals.containsKey(portal)) {
      throw SqlException.of(SqlState.DUPLICATE_CURSOR, "portal \"%s\" already exists", portal);
    }
    if (portals.size() >= PORTALS_MAX) {
      throw SqlException.of(
          SqlState.CONFIGURATION_LIMIT_EXCEEDED,
          "a session may have %d portals at most",
          PORTALS_MAX);
    }
    ScheduledFuture<?> timeout = beginWork();
    try {
      closePortal(portal);
      portals.put(
          portal, again(() -> runner.bind(prepared, parameterFormats, values, resultFormats)));
    } finally {
      endWork(timeout);
    }
  }

  public StatementDescription describeStatement(String name) {
    ScheduledFuture<?> timeout = beginWork();
    try {
      PreparedStatement described = statement(name);
      return again(() -> runner.describe(described));
    } finally {
      endWork(timeout);
    }
  }

  /** Whether nothing but the catalog was read in the transaction that is open, if any is. */
  private boolean hasDoneNothing() {
    return !transaction.isOpen() || (transaction.isImplicit() && !hasRun);
  }

  /**
   * Does what only reads the catalog, outside of a transaction again when others are in the way.
   */
  private <T> T again(Supplier<T> work) {
    boolean alone = hasDoneNothing();
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (SqlException e) {
        if (!alone || attempt > RETRIES_MAX || !Retries.help(e)) {
          throw e;
        }
        runAgain();
      }
    }
  }

  public PortalDescription describePortal(String name) {
    Portal portal = portal(name);
    return new PortalDescription(portal.columns(), portal.formats());
  }

  /** Text of a portal's statement, for the positions of errors; null when it does not exist. */
  public @Nullable String portalSql(String name) {
    Portal portal = portals.get(name);
    return portal == null ? null : portal.statement().sql();
  }

  /**
   * Runs a portal, or goes on where it stopped.
   *
   * @param maxRows 0: all
   */
  public void execute(String name, int maxRows, ResultSink sink) {
    Portal portal = portal(name);
    ScheduledFuture<?> timeout = beginWork();
    begins(portal.statement().sql());
    time.of(portal.statement().tally(metrics.statements(), roles.current()), !portal.isFresh());
    try {
      // Without rows a limit says nothing: pgjdbc sends one with each update.
      boolean whole = maxRows == 0 || portal.columns() == null;
      boolean first = hasDoneNothing() && whole && portal.isFresh();
      boolean alone = first && Retries.allows(portal.statement().ast());
      hasRun = true;
      long mark = sink.mark();
      lonely = alone ? portal : null;
      lonelyMark = mark;
      for (int attempt = 1; ; attempt++) {
        try {
          long rows = run(portal, maxRows, sink);
          time.end(StatementKind.of(portal.statement().ast()), rows, transaction.isImplicit());
          if (!transaction.isImplicit()) {
            trace.end();
          }
          return;
        } catch (SqlException e) {
          if (!alone || attempt > RETRIES_MAX || !Retries.help(e) || !sink.rewind(mark)) {
            trace.failed(e);
            throw e;
          }
          runAgain();
          portal.reset();
        }
      }
    } finally {
      endWork(timeout);
    }
  }

  /** Returns how many rows were given or changed. */
  private long run(Portal portal, int maxRows, ResultSink sink) {
    long before = portal.sent();
    String tag = runner.execute(portal, maxRows, sink);
    return tag == null ? portal.sent() - before : CommandTag.rows(tag);
  }

  public void closeStatement(String name) {
    statements.remove(name);
  }

  public void closePortal(String name) {
    Portal portal = portals.remove(name);
    if (portal != null) {
      portal.close();
    }
  }

  /** The client has said all that belongs together: an implicit transaction ends. */
  public void sync(ResultSink sink) {
    hasRun = false;
    if (!transaction.isImplicit()) {
      lonely = null;
      if (!transaction.isOpen()) {
        closePortals();
      }
      return;
    }
    ScheduledFuture<?> timeout = beginWork();
    Portal alone = lonely;
    lonely = null;
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          if (attempt > 1 && alone != null) {
            alone.reset();
            runner.execute(alone, 0, sink);
          }
          transaction.commit();
          time.committed();
          return;
        } catch (SqlException e) {
          if (alone == null
              || attempt > RETRIES_MAX
              || !Retries.help(e)
              || !sink.rewind(lonelyMark)) {
            trace.failed(e);
            throw e;
          }
          runAgain();
        }
      }
    } finally {
      closePortals();
      endWork(timeout);
      trace.end();
    }
  }

  private void closePortals() {
    portals.values().removeIf(portal -> !portal.isHeld() && portal.close());
  }

  private void dropUnnamed() {
    statements.remove("");
    closePortal("");
    lonely = null;
  }

  private PreparedStatement statement(String name) {
    PreparedStatement found = statements.get(name);
    if (found == null) {
      throw name.isEmpty()
          ? new SqlException(
              SqlState.INVALID_SQL_STATEMENT_NAME, "unnamed prepared statement does not exist")
          : SqlException.of(
              SqlState.INVALID_SQL_STATEMENT_NAME,
              "prepared statement \"%s\" does not exist",
              name);
    }
    return found;
  }

  private Portal portal(String name) {
    Portal found = portals.get(name);
    if (found == null) {
      throw SqlException.of(SqlState.INVALID_CURSOR_NAME, "portal \"%s\" does not exist", name);
    }
    return found;
  }

  // --- time ------------------------------------------------------------------------------------

  private @Nullable ScheduledFuture<?> beginWork() {
    time.begin();
    cancellation.reset();
    cancellation.setLockPatience(settings.number(Settings.Number.LOCK_TIMEOUT));
    long millis = settings.number(Settings.Number.STATEMENT_TIMEOUT);
    if (millis <= 0) {
      return null;
    }
    return timer.schedule(
        () ->
            cancellation.cancel(
                new SqlException(
                    SqlState.QUERY_CANCELED, "canceling statement due to statement timeout")),
        millis,
        TimeUnit.MILLISECONDS);
  }

  private void begins(String sql) {
    runner.begins(sql);
    trace.begin(sql);
    activity.begins(sql, clocks.nowMicros(), settings.applicationName());
  }

  private void endWork(@Nullable ScheduledFuture<?> timeout) {
    activity.rests(status());
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
