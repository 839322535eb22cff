package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.TypeSession;
import java.nio.charset.StandardCharsets;

/** JSON: type json keeps its text, type jsonb its value. */
final class JsonFormat extends Format {
  private static final int VERSION = 1;

  private final boolean parsed;

  /**
   * @param parsed whether it is jsonb
   */
  JsonFormat(boolean parsed) {
    this.parsed = parsed;
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    out.append(value);
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return read(text);
  }

  private Object read(String text) {
    if (parsed) {
      return JsonValue.parse(text);
    }
    JsonValue.validate(text);
    return text;
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    if (parsed) {
      out.putByte(VERSION);
    }
    out.putRaw(value.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  Object parseBinary(ByteReader in) {
    if (parsed) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new SqlException(
            SqlState.INVALID_BINARY_REPRESENTATION, "unsupported jsonb version number " + version);
      }
    }
    byte[] bytes = in.readRaw(in.remaining());
    return read(Utf8.decode(bytes, 0, bytes.length));
  }
}
