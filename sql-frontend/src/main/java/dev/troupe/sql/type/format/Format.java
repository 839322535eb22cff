package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import java.nio.charset.StandardCharsets;

/**
 * PostgreSQL's text and binary format of one type. Values are not null. What is read is cut to the
 * type's modifier as by an assignment; literals that are cast explicitly are read with the plain
 * type and then go through {@link ModifierCoercion}. Immutable.
 */
public abstract class Format {
  Format() {}

  /** Cheap for all but arrays and types with a modifier, whose formats should be kept. */
  public static Format of(SqlType type) {
    return Formats.of(type);
  }

  public abstract void writeText(Object value, TypeSession session, StringBuilder out);

  /**
   * @throws SqlException 22P02, 22003, 22007, 22008 and others when the text is not of this type
   */
  public abstract Object readText(String text, TypeSession session);

  /** Writes the binary value without its length. */
  public abstract void writeBinary(Object value, ByteWriter out);

  /** Reads a value that takes all the bytes that are left. */
  abstract Object parseBinary(ByteReader in);

  /**
   * Reads a binary value.
   *
   * @throws SqlException 22P03 when the bytes are not of this type
   */
  public final Object readBinary(byte[] bytes, int offset, int length) {
    ByteReader in = new ByteReader(bytes, offset, length);
    try {
      Object value = parseBinary(in);
      in.requireEnd();
      return value;
    } catch (ByteReader.MalformedBytes e) {
      throw malformed();
    }
  }

  static SqlException malformed() {
    return new SqlException(SqlState.INVALID_BINARY_REPRESENTATION, "incorrect binary data format");
  }

  public final String toText(Object value, TypeSession session) {
    StringBuilder out = new StringBuilder();
    writeText(value, session, out);
    return out.toString();
  }

  /** Writes the text in UTF-8 without its length. Overridden where a detour can be spared. */
  public void writeUtf8(Object value, TypeSession session, ByteWriter out) {
    out.putRaw(toText(value, session).getBytes(StandardCharsets.UTF_8));
  }

  static SqlException invalid(String typeName, String text) {
    return new SqlException(
        SqlState.INVALID_TEXT_REPRESENTATION,
        "invalid input syntax for type " + typeName + ": \"" + text + "\"");
  }

  /** Without white space as C's isspace knows it. */
  static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
