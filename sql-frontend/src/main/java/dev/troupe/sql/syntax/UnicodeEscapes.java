package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Characters by their numbers: {@code \0061} and {@code \+000061} of {@code U&''}. */
final class UnicodeEscapes {
  private UnicodeEscapes() {}

  static String resolve(String raw, char escape, int position) {
    if (raw.indexOf(escape) < 0) {
      return raw;
    }
    StringBuilder resolved = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at);
      if (c != escape) {
        resolved.append(c);
        at++;
      } else if (at + 1 < raw.length() && raw.charAt(at + 1) == escape) {
        resolved.append(escape);
        at += 2;
      } else {
        boolean isLong = at + 1 < raw.length() && raw.charAt(at + 1) == '+';
        int from = at + (isLong ? 2 : 1);
        int digits = isLong ? 6 : 4;
        int value = hex(raw, from, digits);
        if (value < 0) {
          throw new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode escape")
              .at(position + at)
              .withHint("Unicode escapes must be \\XXXX or \\+XXXXXX.");
        }
        append(resolved, value, position + at);
        at = from + digits;
      }
    }
    checkPairs(resolved, position + raw.length());
    return resolved.toString();
  }

  /** The number that the digits are; negative if they are not all there. */
  static int hex(String text, int from, int digits) {
    if (from + digits > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      char c = text.charAt(i);
      if (!Characters.isHexDigit(c) || value > 0x7ffffff) {
        return -1;
      }
      value = value << 4 | Character.digit(c, 16);
    }
    return value;
  }

  static void append(StringBuilder to, int value, int position) {
    if (value == 0 || value > Character.MAX_CODE_POINT) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode escape value").at(position);
    }
    if (value < 0x10000) {
      to.append((char) value);
    } else {
      to.appendCodePoint(value);
    }
  }

  /** Halves of a pair may be written one by one, but only together are they a character. */
  static void checkPairs(CharSequence resolved, int position) {
    for (int i = 0; i < resolved.length(); i++) {
      char c = resolved.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < resolved.length()
          && Character.isLowSurrogate(resolved.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair")
            .at(position);
      }
    }
  }
}
