package dev.troupe.sql.session;

import dev.troupe.sql.analyze.BoundStatement;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.Sequences;
import dev.troupe.sql.syntax.ParsedStatement;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs the statements of one session, whatever they are. Used by the session's thread. */
final class StatementRunner {
  private static final int[] ALL_TEXT = new int[0];

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;
  private final OneRowStatements ones;
  private final UtilityStatements utilities;
  private final ParameterValues values;
  private final SessionTypes types;

  StatementRunner(
      SqlNode node,
      SessionIdentity identity,
      SearchPath searchPath,
      Settings settings,
      TransactionScope transaction,
      Cancellation cancellation,
      NamedObjects objects) {
    parts =
        new SessionParts(
            node,
            identity,
            settings,
            transaction,
            cancellation,
            objects,
            searchPath.roles(),
            new StatementText(),
            new Sequences(node.sources().transactions()));
    planner = new Planner(parts, searchPath);
    var functions = new SessionFunctions(parts);
    types = new SessionTypes(parts, functions);
    var asOf = new AsOfTime(parts, types);
    rows = new PortalRows(parts, functions, types, new RuleBinder(parts), asOf);
    ones = new OneRowStatements(parts, rows);
    values = new ParameterValues(types);
    utilities = new UtilityStatements(parts, this, planner, rows, types, asOf);
  }

  /** The client has sent a text, or has a portal of it run. */
  void begins(String sql) {
    parts.text().set(sql);
  }

  // --- simple protocol -------------------------------------------------------------------------

  /**
   * Runs one statement and sends its rows.
   *
   * @param sql the whole text that it is a part of
   * @param whole whether it is all of that text
   * @return the command tag, which is still to be sent
   */
  String runSimple(Statement statement, String sql, boolean whole, ResultSink sink) {
    if (statement instanceof TransactionStatement control) {
      return utilities.transactions().run(control, sink);
    }
    if (Planner.plans(statement)) {
      return runPlanned(statement, sql, whole, sink);
    }
    enter(statement);
    return sendUtility(utilities.run(statement, sql, sink), ALL_TEXT, sink, true);
  }

  private String runPlanned(Statement statement, String sql, boolean whole, ResultSink sink) {
    StatementTemplate template = whole ? StatementTemplate.of(statement, sql) : null;
    Plan plan = template == null ? null : planner.remembered(template);
    if (template != null && plan != null && readsOneAlone(plan)) {
      String tag = ones.run(portal(statement, sql, plan, template.values()), plan, sink, true);
      if (tag != null) {
        return tag;
      }
    }
    enter(statement);
    plan = template == null ? null : planner.plan(template);
    if (template != null && plan != null) {
      return runToEnd(portal(statement, sql, plan, template.values()), sink, true);
    }
    plan = planner.plan(statement, whole ? sql : "", List.of());
    requireNoParameters(plan);
    return runToEnd(portal(statement, sql, plan, new @Nullable Object[0]), sink, true);
  }

  private static Portal portal(
      Statement statement, String sql, Plan plan, @Nullable Object[] values) {
    var prepared = new PreparedStatement("", sql, statement, List.of(), false, 0);
    return new Portal(prepared, plan, values, plan.columns(), ALL_TEXT, false);
  }

  private static void requireNoParameters(Plan plan) {
    BoundStatement.ParameterPlace first = plan.bound().firstParameter();
    if (first != null) {
      throw SqlException.of(
              SqlState.UNDEFINED_PARAMETER, "there is no parameter $%d", first.number())
          .at(first.position());
    }
  }

  /** A statement is about to be run: there must be a transaction that it can be run in. */
  private void enter(Statement statement) {
    parts.transaction().requireUsable();
    if (!parts.transaction().isOpen()) {
      parts.transaction().beginImplicit(parts.nowMicros(), statement instanceof QueryStatement);
    }
  }

  private String runToEnd(Portal portal, ResultSink sink, boolean describe) {
    try {
      rows.open(portal);
      long count = send(portal, 0, sink, describe);
      return ended(Objects.requireNonNull(portal.plan()), portal, count);
    } finally {
      portal.finished();
    }
  }

  /** Returns the command tag. */
  private String ended(Plan plan, Portal portal, long count) {
    if (plan.optimized() instanceof ModifyNode change) {
      parts.node().changes().add(change.table().id(), portal.requireRows().changedRows());
    }
    return PortalRows.tag(plan, portal.requireRows(), count);
  }

  /** Sends rows; returns how many. */
  private static long send(Portal portal, int maxRows, ResultSink sink, boolean describe) {
    RowCursor cursor = portal.requireRows();
    List<ResultColumn> columns = portal.columns();
    if (columns == null) {
      // A change without RETURNING: nothing comes, and then it has been done.
      while (cursor.next() != null) {
        portal.sent(1);
      }
      return 0;
    }
    sink.begin(columns, portal.formats(), describe);
    long count = 0;
    while (maxRows == 0 || count < maxRows) {
      @Nullable Object[] row = cursor.next();
      if (row == null) {
        portal.atEnd();
        break;
      }
      sink.row(row);
      count++;
    }
    portal.sent(count);
    return count;
  }

  private static String sendUtility(
      UtilityResult result, int[] formats, ResultSink sink, boolean describe) {
    List<ResultColumn> columns = result.columns();
    if (columns != null) {
      sink.begin(columns, formats, describe);
    }
    long count = 0;
    try (RowCursor cursor = result.rows()) {
      for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
        if (columns != null) {
          sink.row(row);
        }
        count++;
      }
      return result.tag().apply(count);
    }
  }

  /** Runs a prepared statement that has no plan, for EXECUTE. */
  UtilityResult runUtility(PreparedStatement prepared, ResultSink sink) {
    Statement ast = prepared.ast();
    return ast == null ? UtilityResult.done("") : utilities.run(ast, prepared.sql(), sink);
  }

  /** Values of expressions without columns, cast to certain types. */
  @Nullable Object[] evaluate(List<Expression> expressions, List<SqlType> types) {
    var row = new ArrayList<Expression>();
    for (int i = 0; i < expressions.size(); i++) {
      Expression given = expressions.get(i);
      row.add(new Expression.Cast(given, TypeOids.name(types.get(i)), given.position()));
    }
    var query = new QueryStatement(Query.of(new QueryBody.Values(List.of(row), 0)));
    Plan plan = planner.plan(query, "", List.of());
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], null))) {
      return Objects.requireNonNull(cursor.next());
    }
  }

  // --- extended protocol -----------------------------------------------------------------------

  PreparedStatement prepare(String name, String sql, int[] parameterOids) {
    ParsedStatement parsed = Parser.parseOne(sql);
    Statement ast = parsed == null ? null : parsed.statement();
    var declared = new ArrayList<SqlType>();
    for (int oid : parameterOids) {
      declared.add(TypeOids.declared(oid));
    }
    var statement = new PreparedStatement(name, sql, ast, declared, false, parts.nowMicros());
    if (ast == null || ast instanceof TransactionStatement) {
      statement.planned(null, declared, null);
      return statement;
    }
    parts.transaction().requireUsable();
    plan(statement);
    return statement;
  }

  /** Plans a prepared statement unless that has been done and nothing has changed since. */
  @Nullable Plan plan(PreparedStatement statement) {
    Statement ast = statement.ast();
    if (ast == null || !Planner.plans(ast)) {
      if (!statement.isDescribed()) {
        List<ResultColumn> columns = ast == null ? null : utilities.columns(ast);
        statement.planned(null, statement.declared(), columns);
      }
      return null;
    }
    Plan before = statement.plan();
    if (before != null && readsOneAlone(before)) {
      // Whether the catalog is still the same is found out together with the row.
      return before;
    }
    enter(ast);
    SchemaCatalog catalog = parts.transaction().schema(false);
    if (before != null
        && planner.isGood(before, catalog)
        && (before.bound().readOnly() || !parts.transaction().mustChange())) {
      return before;
    }
    Plan now = planner.plan(ast, statement.sql(), statement.declared());
    if (before != null && !sameColumns(before.columns(), now.columns())) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type");
    }
    statement.planned(now, now.parameterTypes(), now.columns());
    return now;
  }

  /** Whether the plan is all that its transaction does, and needs none. */
  private boolean readsOneAlone(Plan plan) {
    return plan.readsOneKey() && parts.transaction().isAlone() && planner.seemsGood(plan);
  }

  private static boolean sameColumns(
      @Nullable List<ResultColumn> before, @Nullable List<ResultColumn> now) {
    if (before == null || now == null || before.size() != now.size()) {
      return before == null && now == null;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).type().equals(now.get(i).type())
          || !before.get(i).name().equals(now.get(i).name())) {
        return false;
      }
    }
    return true;
  }

  Portal bind(
      PreparedStatement statement,
      int[] parameterFormats,
      List<byte @Nullable []> given,
      int[] resultFormats) {
    Statement ast = statement.ast();
    if (ast != null && !(ast instanceof TransactionStatement)) {
      parts.transaction().requireUsable();
    }
    Plan plan = plan(statement);
    @Nullable Object[] parameters =
        values.decode(statement.name(), statement.parameters(), parameterFormats, given);
    List<ResultColumn> columns = statement.columns();
    if (columns != null && resultFormats.length > 1 && resultFormats.length != columns.size()) {
      throw SqlException.of(
          SqlState.PROTOCOL_VIOLATION,
          "bind message has %d result formats but query has %d columns",
          resultFormats.length,
          columns.size());
    }
    return new Portal(statement, plan, parameters, columns, resultFormats, false);
  }

  SqlSession.StatementDescription describe(PreparedStatement statement) {
    if (statement.ast() != null && !(statement.ast() instanceof TransactionStatement)) {
      parts.transaction().requireUsable();
    }
    return new SqlSession.StatementDescription(statement.parameters(), statement.columns());
  }

  /**
   * Runs a portal, or goes on where it stopped.
   *
   * @return the command tag; null when it has more rows, or was empty
   */
  @Nullable String execute(Portal portal, int maxRows, ResultSink sink) {
    Statement ast = portal.statement().ast();
    if (ast == null) {
      sink.empty();
      return null;
    }
    String tag = run(portal, ast, maxRows, sink);
    if (tag == null) {
      sink.suspended();
    } else {
      sink.complete(tag);
    }
    return tag;
  }

  /** Returns the command tag, null when there is more. */
  private @Nullable String run(Portal portal, Statement ast, int maxRows, ResultSink sink) {
    if (ast instanceof TransactionStatement control) {
      return utilities.transactions().run(control, sink);
    }
    Plan plan = portal.plan();
    if (plan != null && maxRows == 0 && portal.isFresh() && readsOneAlone(plan)) {
      String tag = ones.run(portal, plan, sink, false);
      if (tag != null) {
        return tag;
      }
    }
    enter(ast);
    if (plan == null) {
      UtilityResult result = utilities.run(ast, portal.statement().sql(), sink);
      String tag = sendUtility(result, portal.formats(), sink, false);
      portal.begin(new RowCursor(List.of()));
      return tag;
    }
    if (portal.isFresh()) {
      rows.open(refreshed(portal, plan));
    }
    long count = send(portal, maxRows, sink, false);
    if (maxRows > 0 && count == maxRows && !portal.isAtEnd()) {
      return null;
    }
    String tag = ended(plan, portal, count);
    portal.finished();
    return tag;
  }

  /** A portal that is run again, in another transaction, may need another plan. */
  private Portal refreshed(Portal portal, Plan plan) {
    if (!planner.isGood(plan, parts.transaction().schema(false))) {
      portal.replan(Objects.requireNonNull(plan(portal.statement())));
    }
    return portal;
  }

  SessionTypes types() {
    return types;
  }

  TableAnalysis analysis() {
    return new TableAnalysis(parts, new StoredTables(parts, planner, rows));
  }

  SchemaJobRunner jobs() {
    return new SchemaJobRunner(parts, planner, rows);
  }

  void close() {
    parts.node().sessions().closed(parts.identity().pid());
  }
}
