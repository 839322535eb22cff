package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.DdlResult;
import dev.troupe.sql.schema.SchemaStatements;
import dev.troupe.sql.syntax.ast.Statement;

/** Statements that change the catalog. Used by the session's thread. */
final class DefinitionStatements {
  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;

  DefinitionStatements(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
  }

  UtilityResult run(Statement statement, ResultSink sink) {
    if (parts.transaction().isReadOnly()) {
      throw new SqlException(
          SqlState.READ_ONLY_SQL_TRANSACTION,
          "the schema cannot be changed in a read-only transaction");
    }
    boolean alone = parts.transaction().isOfOneStatement();
    var schema =
        new SchemaStatements(
            parts.transaction().schema(true),
            parts.roles().current(),
            new BoundDefinitions(parts, rows),
            new StoredTables(parts, planner, rows));
    DdlResult result = alone ? schema.executeOnline(statement) : schema.execute(statement);
    for (DdlResult.Notice notice : result.notices()) {
      sink.notice(
          new Notice(
              Notice.Severity.valueOf(notice.severity()),
              notice.state(),
              notice.message(),
              notice.detail().isEmpty() ? null : notice.detail(),
              null));
    }
    if (!result.jobs().isEmpty()) {
      parts.transaction().commit();
      var jobs = new SchemaJobRunner(parts, planner, rows);
      result.jobs().forEach(jobs::finish);
    }
    return UtilityResult.done(result.tag());
  }
}
