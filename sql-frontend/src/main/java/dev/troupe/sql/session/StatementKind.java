package dev.troupe.sql.session;

import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The few kinds of statements that are counted apart. */
public enum StatementKind {
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  MERGE,
  COPY,
  COMMIT,
  /** BEGIN, ROLLBACK, savepoints. */
  TRANSACTION,
  SCHEMA,
  MAINTENANCE,
  SESSION,
  /** Several in one message, or none. */
  SEVERAL;

  /** As it is shown. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static StatementKind of(List<Statement> statements) {
    return statements.size() == 1 ? of(statements.getFirst()) : SEVERAL;
  }

  static StatementKind of(@Nullable Statement statement) {
    return switch (statement) {
      case null -> SEVERAL;
      case QueryStatement query -> SELECT;
      case DataStatement.Insert insert -> INSERT;
      case DataStatement.Update update -> UPDATE;
      case DataStatement.Delete delete -> DELETE;
      case DataStatement.Merge merge -> MERGE;
      case DataStatement.Copy copy -> COPY;
      case DataStatement.Truncate truncate -> SCHEMA;
      case TransactionStatement.Commit commit -> COMMIT;
      case TransactionStatement other -> TRANSACTION;
      case SchemaStatement change -> SCHEMA;
      case AccessStatement change -> SCHEMA;
      case MaintenanceStatement other -> MAINTENANCE;
      case SessionStatement other -> SESSION;
    };
  }
}
