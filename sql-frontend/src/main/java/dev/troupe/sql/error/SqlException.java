package dev.troupe.sql.error;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error that is reported to a client, with the fields of PostgreSQL's ErrorResponse. Carries no
 * stack trace: it is an answer, not a fault of the program. Fields that are not known are null; the
 * {@code with} methods set them and return this same exception.
 */
public final class SqlException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final SqlState state;
  private int position;
  private @Nullable String detail;
  private @Nullable String hint;
  private @Nullable String context;
  private @Nullable String schema;
  private @Nullable String table;
  private @Nullable String column;
  private @Nullable String constraint;

  public SqlException(SqlState state, String message) {
    super(message, null, false, false);
    this.state = state;
  }

  /**
   * @param format as of {@link String#format}
   */
  public static SqlException of(SqlState state, String format, Object... arguments) {
    return new SqlException(state, String.format(format, arguments));
  }

  /**
   * Says where in the statement; an earlier, more precise place is kept.
   *
   * @param offset of a character (a Java {@code char}) in the statement's text, from 0; negative
   *     when it is not known
   */
  public SqlException at(int offset) {
    if (position == 0 && offset >= 0) {
      position = offset + 1;
    }
    return this;
  }

  public SqlException withDetail(String text) {
    detail = text;
    return this;
  }

  public SqlException withHint(String text) {
    hint = text;
    return this;
  }

  /** What was being done; what is known already is kept. */
  public SqlException withContext(String text) {
    if (context == null) {
      context = text;
    }
    return this;
  }

  public SqlException withTable(String ofSchema, String name) {
    schema = ofSchema;
    table = name;
    return this;
  }

  public SqlException withColumn(String name) {
    column = name;
    return this;
  }

  public SqlException withConstraint(String name) {
    constraint = name;
    return this;
  }

  public SqlState state() {
    return state;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** Counted in Java chars from 1; 0 when it is not known. */
  public int position() {
    return position;
  }

  public @Nullable String detail() {
    return detail;
  }

  public @Nullable String hint() {
    return hint;
  }

  public @Nullable String context() {
    return context;
  }

  public @Nullable String schema() {
    return schema;
  }

  public @Nullable String table() {
    return table;
  }

  public @Nullable String column() {
    return column;
  }

  public @Nullable String constraint() {
    return constraint;
  }
}
