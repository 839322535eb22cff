package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.session.Notice;
import org.jspecify.annotations.Nullable;

/** ErrorResponse and NoticeResponse. */
final class ErrorFields {
  private ErrorFields() {}

  /**
   * @param sql the statement that positions are about; null when there is none
   */
  static void error(WireOutput out, SqlException error, boolean fatal, @Nullable String sql) {
    out.begin('E');
    String severity = fatal ? "FATAL" : "ERROR";
    field(out, 'S', severity);
    field(out, 'V', severity);
    field(out, 'C', error.state().code());
    field(out, 'M', error.getMessage());
    field(out, 'D', error.detail());
    field(out, 'H', error.hint());
    if (error.position() > 0) {
      field(out, 'P', Integer.toString(characters(sql, error.position())));
    }
    field(out, 'W', error.context());
    field(out, 's', error.schema());
    field(out, 't', error.table());
    field(out, 'c', error.column());
    field(out, 'n', error.constraint());
    out.int8(0).end();
  }

  static void notice(WireOutput out, Notice notice) {
    out.begin('N');
    field(out, 'S', notice.severity().name());
    field(out, 'V', notice.severity().name());
    field(out, 'C', notice.state().code());
    field(out, 'M', notice.message());
    field(out, 'D', notice.detail());
    field(out, 'H', notice.hint());
    out.int8(0).end();
  }

  private static void field(WireOutput out, char name, @Nullable String value) {
    if (value != null) {
      out.int8(name).string(value);
    }
  }

  /** Clients count characters, Java counts halves of those beyond the basic plane. */
  private static int characters(@Nullable String sql, int position) {
    if (sql == null || position > sql.length()) {
      return position;
    }
    return sql.codePointCount(0, position - 1) + 1;
  }
}
