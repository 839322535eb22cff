package dev.troupe.sql.session;

import dev.troupe.sql.analyze.TypeBinder;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PREPARE, EXECUTE and DEALLOCATE. Used by the session's thread. */
final class PreparedStatements {
  private final SessionParts parts;
  private final StatementRunner runner;
  private final PortalRows rows;

  PreparedStatements(SessionParts parts, StatementRunner runner, PortalRows rows) {
    this.parts = parts;
    this.runner = runner;
    this.rows = rows;
  }

  String prepare(SessionStatement.Prepare statement, String sql) {
    String name = statement.name().text();
    if (parts.objects().statements().containsKey(name)) {
      throw SqlException.of(
              SqlState.DUPLICATE_PREPARED_STATEMENT,
              "prepared statement \"%s\" already exists",
              name)
          .at(statement.name().position());
    }
    var declared = new ArrayList<SqlType>();
    statement.types().forEach(type -> declared.add(TypeBinder.bind(type)));
    var prepared =
        new PreparedStatement(name, sql, statement.statement(), declared, true, parts.nowMicros());
    runner.plan(prepared);
    parts.objects().statements().put(name, prepared);
    return "PREPARE";
  }

  /** Columns that an EXECUTE will give. */
  @Nullable List<ResultColumn> columns(SessionStatement.Execute statement) {
    return find(statement).columns();
  }

  UtilityResult execute(SessionStatement.Execute statement, ResultSink sink) {
    PreparedStatement prepared = find(statement);
    Plan plan = runner.plan(prepared);
    @Nullable Object[] values = arguments(statement, prepared);
    if (plan == null) {
      return runner.runUtility(prepared, sink);
    }
    return rows.result(plan, values);
  }

  private PreparedStatement find(SessionStatement.Execute statement) {
    PreparedStatement found = parts.objects().statements().get(statement.name().text());
    if (found == null) {
      throw SqlException.of(
              SqlState.INVALID_SQL_STATEMENT_NAME,
              "prepared statement \"%s\" does not exist",
              statement.name().text())
          .at(statement.name().position());
    }
    return found;
  }

  private @Nullable Object[] arguments(
      SessionStatement.Execute statement, PreparedStatement prepared) {
    List<Expression> given = statement.arguments();
    List<SqlType> wanted = prepared.parameters();
    if (given.size() != wanted.size()) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR,
              "wrong number of parameters for prepared statement \"%s\"",
              prepared.name())
          .withDetail("Expected %d parameters but got %d.".formatted(wanted.size(), given.size()))
          .at(statement.position());
    }
    return given.isEmpty() ? new @Nullable Object[0] : runner.evaluate(given, wanted);
  }

  String deallocate(SessionStatement.Deallocate statement) {
    if (statement.name() == null) {
      parts.objects().statements().clear();
      return "DEALLOCATE ALL";
    }
    String name = statement.name().text();
    if (parts.objects().statements().remove(name) == null) {
      throw SqlException.of(
              SqlState.INVALID_SQL_STATEMENT_NAME, "prepared statement \"%s\" does not exist", name)
          .at(statement.name().position());
    }
    return "DEALLOCATE";
  }
}
