package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is not run by a plan of its own. Used by the session's thread. */
final class UtilityStatements {
  private final SessionParts parts;
  private final TransactionStatements transactions;
  private final SettingStatements settings;
  private final CursorStatements cursors;
  private final PreparedStatements prepared;
  private final MaintenanceStatements maintenance;
  private final CopyStatements copies;
  private final DefinitionStatements schema;
  private final SplitStatements splits;
  private final ZoneStatements zones;

  UtilityStatements(
      SessionParts parts,
      StatementRunner runner,
      Planner planner,
      PortalRows rows,
      SessionTypes types,
      AsOfTime asOf) {
    this.parts = parts;
    transactions = new TransactionStatements(parts, rows, asOf);
    settings = new SettingStatements(parts);
    cursors = new CursorStatements(parts, planner, rows);
    prepared = new PreparedStatements(parts, runner, rows);
    maintenance = new MaintenanceStatements(parts, planner, rows, types);
    splits = new SplitStatements(parts, planner, rows, types);
    zones = new ZoneStatements(parts);
    copies = new CopyStatements(parts, planner, rows, types);
    schema = new DefinitionStatements(parts, planner, rows);
  }

  TransactionStatements transactions() {
    return transactions;
  }

  /** Columns that a statement will give; null: none. */
  @Nullable List<ResultColumn> columns(Statement statement) {
    return switch (statement) {
      case SessionStatement.Show show -> SettingStatements.showColumns(show.name());
      case SessionStatement.Fetch fetch when !fetch.move() ->
          cursors.cursor(fetch.cursor().text()).columns();
      case SessionStatement.Execute execute -> prepared.columns(execute);
      case MaintenanceStatement.Explain explain -> MaintenanceStatements.EXPLAIN_COLUMNS;
      case MaintenanceStatement.ShowRanges show -> RangeStatements.COLUMNS;
      case MaintenanceStatement.ShowZones show -> ZoneStatements.COLUMNS;
      default -> null;
    };
  }

  UtilityResult run(Statement statement, String sql, ResultSink sink) {
    return switch (statement) {
      case QueryStatement query -> throw new IllegalStateException("a query has a plan");
      case TransactionStatement control -> UtilityResult.done(transactions.run(control, sink));
      case SessionStatement s -> session(s, sql, sink);
      case MaintenanceStatement s -> maintenance.run(s, sink);
      case SchemaStatement.Alter s when SplitStatements.splits(s) -> splits.run(s);
      case SchemaStatement.Alter s when ZoneStatements.configures(s) -> zones.configure(s);
      case SchemaStatement s -> schema.run(s, sink);
      case AccessStatement s -> schema.run(s, sink);
      case DataStatement.Truncate s -> schema.run(s, sink);
      case DataStatement.Copy copy -> UtilityResult.done(copies.run(copy, sink));
      case DataStatement change -> throw new IllegalStateException("a change has a plan");
    };
  }

  private UtilityResult session(SessionStatement statement, String sql, ResultSink sink) {
    return switch (statement) {
      case SessionStatement.Set s -> UtilityResult.done(settings.set(s, sink));
      case SessionStatement.Show s -> settings.show(s);
      case SessionStatement.Discard s -> UtilityResult.done(discard(s));
      case SessionStatement.Prepare s -> UtilityResult.done(prepared.prepare(s, sql));
      case SessionStatement.Execute s -> prepared.execute(s, sink);
      case SessionStatement.Deallocate s -> UtilityResult.done(prepared.deallocate(s));
      case SessionStatement.DeclareCursor s -> UtilityResult.done(cursors.declare(s));
      case SessionStatement.Fetch s -> cursors.fetch(s);
      case SessionStatement.CloseCursor s -> UtilityResult.done(cursors.close(s));
      // Nothing is ever listened to.
      case SessionStatement.Unlisten s -> UtilityResult.done("UNLISTEN");
      case SessionStatement.Listen s -> throw unsupported("LISTEN", s);
      case SessionStatement.Notify s -> throw unsupported("NOTIFY", s);
      case SessionStatement.DoBlock s -> throw unsupported("DO", s);
      case SessionStatement.Call s -> throw unsupported("CALL", s);
      case SessionStatement.Load s -> throw unsupported("LOAD", s);
    };
  }

  private String discard(SessionStatement.Discard statement) {
    switch (statement.kind()) {
      case ALL -> {
        if (parts.transaction().isOpen() && !parts.transaction().isImplicit()) {
          throw new SqlException(
              SqlState.ACTIVE_SQL_TRANSACTION, "DISCARD ALL cannot run inside a transaction block");
        }
        parts.objects().portals().values().removeIf(Portal::close);
        parts.objects().statements().clear();
        parts.settings().resetAll();
        parts.settings().reset(SessionRoles.SESSION);
        parts.settings().reset(SessionRoles.ROLE);
        parts.sequences().discard();
      }
      case SEQUENCES -> parts.sequences().discard();
      case PLANS, TEMPORARY -> {}
    }
    return switch (statement.kind()) {
      case ALL -> "DISCARD ALL";
      case PLANS -> "DISCARD PLANS";
      case SEQUENCES -> "DISCARD SEQUENCES";
      case TEMPORARY -> "DISCARD TEMP";
    };
  }

  static SqlException unsupported(String what, Statement statement) {
    return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, what + " is not supported")
        .at(statement.position());
  }

  static ResultColumn text(String name) {
    return new ResultColumn(name, SqlType.TEXT, 0, 0);
  }
}
