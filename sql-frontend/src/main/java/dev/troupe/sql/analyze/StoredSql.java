package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ParsedStatement;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryStatement;

/** Texts of SQL that descriptors keep. */
final class StoredSql {
  private StoredSql() {}

  static Expression expression(String sql) {
    return Parser.parseExpression(sql);
  }

  static Query query(String sql) {
    ParsedStatement parsed = Parser.parseOne(sql);
    if (parsed != null && parsed.statement() instanceof QueryStatement query) {
      return query.query();
    }
    throw SqlException.of(SqlState.DATA_CORRUPTED, "a view holds no query: %s", sql);
  }
}
