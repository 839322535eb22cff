package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import org.jspecify.annotations.Nullable;

/** Errors of rows, on their way from where the rows are. */
final class ProgramErrors {
  private ProgramErrors() {}

  static byte[] write(SqlException error) {
    ByteWriter out = new ByteWriter(64);
    out.putString(error.state().code()).putString(error.getMessage());
    writeOptional(error.detail(), out);
    writeOptional(error.hint(), out);
    return out.toBytes();
  }

  static SqlException read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    var error = new SqlException(SqlState.ofCode(in.readString()), in.readString());
    String detail = readOptional(in);
    String hint = readOptional(in);
    if (detail != null) {
      error.withDetail(detail);
    }
    return hint == null ? error : error.withHint(hint);
  }

  private static void writeOptional(@Nullable String text, ByteWriter out) {
    out.putBoolean(text != null);
    if (text != null) {
      out.putString(text);
    }
  }

  private static @Nullable String readOptional(ByteReader in) {
    return in.readBoolean() ? in.readString() : null;
  }
}
