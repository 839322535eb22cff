package dev.troupe.sql.type.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Reads texts of clients, which must be valid UTF-8 without NUL characters. */
public final class Utf8 {
  private static final char REPLACEMENT = '\ufffd';

  private Utf8() {}

  /**
   * @throws SqlException 22021 when the bytes are not a text
   */
  public static String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      throw invalid("0x00");
    }
    if (text.indexOf(REPLACEMENT) >= 0) {
      // Either the character itself or the trace of an invalid byte.
      requireValid(bytes, offset, length);
    }
    return text;
  }

  private static void requireValid(byte[] bytes, int offset, int length) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer out = CharBuffer.allocate(length + 1);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      StringBuilder where = new StringBuilder();
      for (int i = 0; i < Math.max(1, result.length()); i++) {
        where.append(i == 0 ? "" : " ");
        where.append(String.format("0x%02x", bytes[in.position() + i] & 0xFF));
      }
      throw invalid(where.toString());
    }
  }

  private static SqlException invalid(String bytes) {
    return new SqlException(
        SqlState.CHARACTER_NOT_IN_REPERTOIRE,
        "invalid byte sequence for encoding \"UTF8\": " + bytes);
  }
}
