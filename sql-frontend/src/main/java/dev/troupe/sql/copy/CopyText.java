package dev.troupe.sql.copy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of COPY's data: UTF-8, and nothing else. */
final class CopyText {
  private CopyText() {}

  static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  static String decode(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] <= 0) {
        return strict(bytes, start, length);
      }
    }
    return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
  }

  private static String strict(byte[] bytes, int start, int length) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, start, length))
              .toString();
    } catch (CharacterCodingException e) {
      throw invalid();
    }
    if (text.indexOf('\0') >= 0) {
      throw invalid();
    }
    return text;
  }

  private static SqlException invalid() {
    return new SqlException(
        SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"");
  }
}
