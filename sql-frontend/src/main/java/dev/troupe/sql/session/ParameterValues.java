package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.format.Utf8;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes values of the bytes that clients bind. Used by the session's thread. */
final class ParameterValues {
  private final SessionTypes types;

  ParameterValues(SessionTypes types) {
    this.types = types;
  }

  @Nullable Object[] decode(
      String statement, List<SqlType> wanted, int[] formats, List<byte @Nullable []> given) {
    if (given.size() != wanted.size()) {
      throw SqlException.of(
          SqlState.PROTOCOL_VIOLATION,
          "bind message supplies %d parameters, but prepared statement \"%s\" requires %d",
          given.size(),
          statement,
          wanted.size());
    }
    if (formats.length > 1 && formats.length != given.size()) {
      throw SqlException.of(
          SqlState.PROTOCOL_VIOLATION,
          "bind message has %d parameter formats but %d parameters",
          formats.length,
          given.size());
    }
    var values = new @Nullable Object[given.size()];
    for (int i = 0; i < values.length; i++) {
      byte[] bytes = given.get(i);
      values[i] = bytes == null ? null : value(wanted.get(i), format(formats, i), bytes);
    }
    return values;
  }

  private static int format(int[] formats, int index) {
    return formats.length == 0 ? 0 : formats.length == 1 ? formats[0] : formats[index];
  }

  private Object value(SqlType type, int format, byte[] bytes) {
    return format == 1
        ? types.fromBinary(type, bytes)
        : types.fromText(type, Utf8.decode(bytes, 0, bytes.length));
  }
}
