package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlState;
import org.jspecify.annotations.Nullable;

/** Something that a client should know and that is no error. */
public record Notice(
    Severity severity,
    SqlState state,
    String message,
    @Nullable String detail,
    @Nullable String hint) {
  /** How loud. */
  public enum Severity {
    DEBUG,
    LOG,
    INFO,
    NOTICE,
    WARNING
  }

  public static Notice notice(String message) {
    return new Notice(Severity.NOTICE, SqlState.SUCCESSFUL_COMPLETION, message, null, null);
  }

  public static Notice warning(SqlState state, String message) {
    return new Notice(Severity.WARNING, state, message, null, null);
  }
}
