package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.Statement;
import org.jspecify.annotations.Nullable;

/** When a statement can be run again because others were in its way. */
final class Retries {
  private Retries() {}

  /** Whether nothing of the error's transaction has happened, and another attempt may succeed. */
  static boolean help(SqlException error) {
    return switch (error.state()) {
      case SERIALIZATION_FAILURE, DEADLOCK_DETECTED -> true;
      default -> false;
    };
  }

  /** Whether all that a statement does is undone when its transaction is rolled back. */
  static boolean allows(@Nullable Statement statement) {
    return switch (statement) {
      case QueryStatement query -> true;
      case DataStatement.Copy copy -> false;
      case DataStatement change -> true;
      case SchemaStatement change -> true;
      case MaintenanceStatement maintenance -> true;
      case SessionStatement.Execute execute -> true;
      case null, default -> false;
    };
  }
}
