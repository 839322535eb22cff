package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlState;
import java.util.List;

/**
 * What a statement that changes the schema did.
 *
 * @param tag of the command, as in CommandComplete
 * @param jobs what is still to be done with rows, when it has been committed
 */
public record DdlResult(String tag, List<Notice> notices, List<SchemaJob> jobs) {
  public DdlResult {
    notices = List.copyOf(notices);
    jobs = List.copyOf(jobs);
  }

  /**
   * A message beside the result.
   *
   * @param severity NOTICE or WARNING
   * @param detail empty when there is none
   */
  public record Notice(String severity, SqlState state, String message, String detail) {
    static Notice of(SqlState state, String message) {
      return new Notice("NOTICE", state, message, "");
    }

    static Notice warning(SqlState state, String message) {
      return new Notice("WARNING", state, message, "");
    }
  }
}
