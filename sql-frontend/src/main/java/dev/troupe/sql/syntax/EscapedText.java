package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Resolves backslashes of {@code E''}, segment by segment. */
final class EscapedText {
  private final String text;
  private final StringBuilder resolved = new StringBuilder();

  /** Bytes written as numbers, which make characters together. */
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private int start;

  EscapedText(String text) {
    this.text = text;
  }

  /** Reads up to the closing quote and returns where that is; negative if there is none. */
  int read(int from) {
    start = from;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        if (at + 1 >= text.length() || text.charAt(at + 1) != '\'') {
          return at;
        }
        append('\'');
        at += 2;
      } else if (c == '\\') {
        if (at + 1 >= text.length()) {
          return -1;
        }
        at = escape(at);
      } else {
        append(c);
        at++;
      }
    }
    return -1;
  }

  String finish() {
    flush();
    UnicodeEscapes.checkPairs(resolved, start);
    return resolved.toString();
  }

  /** Resolves the escape at an offset and returns the offset behind it. */
  private int escape(int at) {
    char c = text.charAt(at + 1);
    switch (c) {
      case 'b' -> append('\b');
      case 'f' -> append('\f');
      case 'n' -> append('\n');
      case 'r' -> append('\r');
      case 't' -> append('\t');
      case 'u' -> {
        return unicode(at, 4);
      }
      case 'U' -> {
        return unicode(at, 8);
      }
      case 'x' -> {
        return number(at, at + 2, 16, 2);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        return number(at, at + 1, 8, 3);
      }
      default -> append(c);
    }
    return at + 2;
  }

  private int unicode(int at, int digits) {
    int value = UnicodeEscapes.hex(text, at + 2, digits);
    if (value < 0) {
      throw new SqlException(SqlState.INVALID_ESCAPE_SEQUENCE, "invalid Unicode escape")
          .at(at)
          .withHint("Unicode escapes must be \\uXXXX or \\UXXXXXXXX.");
    }
    flush();
    UnicodeEscapes.append(resolved, value, at);
    return at + 2 + digits;
  }

  private int number(int at, int from, int radix, int digitsMax) {
    int value = 0;
    int end = from;
    while (end < text.length() && end < from + digitsMax) {
      char c = text.charAt(end);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        break;
      }
      value = value * radix + digit;
      end++;
    }
    if (end == from) {
      // A lone x stands for itself.
      append(text.charAt(at + 1));
      return at + 2;
    }
    bytes.write(value & 0xff);
    if (value == 0) {
      flush();
    }
    return end;
  }

  private void append(char c) {
    flush();
    resolved.append(c);
  }

  private void flush() {
    if (bytes.size() == 0) {
      return;
    }
    byte[] encoded = bytes.toByteArray();
    bytes.reset();
    try {
      String decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
      if (decoded.indexOf('\0') >= 0) {
        throw invalid(encoded);
      }
      resolved.append(decoded);
    } catch (CharacterCodingException e) {
      throw invalid(encoded);
    }
  }

  private static SqlException invalid(byte[] encoded) {
    String hex = HexFormat.ofDelimiter(" ").withPrefix("0x").formatHex(encoded);
    return new SqlException(
        SqlState.CHARACTER_NOT_IN_REPERTOIRE,
        "invalid byte sequence for encoding \"UTF8\": " + hex);
  }
}
