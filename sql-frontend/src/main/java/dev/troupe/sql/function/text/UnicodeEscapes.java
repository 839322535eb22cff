package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Strings in which characters are written as {@code \XXXX}, {@code \+XXXXXX} and the like. */
final class UnicodeEscapes {
  private UnicodeEscapes() {}

  static String decode(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        i++;
      } else if (text.startsWith("\\", i + 1)) {
        out.append('\\');
        i += 2;
      } else {
        int start = i + 1 + prefix(text, i + 1);
        int digits = digits(text, i + 1);
        out.appendCodePoint(code(text, start, digits));
        i = start + digits;
      }
    }
    requirePairs(out);
    return out.toString();
  }

  private static int prefix(String text, int at) {
    return at < text.length() && "+uU".indexOf(text.charAt(at)) >= 0 ? 1 : 0;
  }

  private static int digits(String text, int at) {
    if (text.startsWith("+", at)) {
      return 6;
    }
    return text.startsWith("U", at) ? 8 : 4;
  }

  private static int code(String text, int start, int digits) {
    if (start + digits <= text.length()) {
      int code = 0;
      for (int i = start; i < start + digits; i++) {
        int digit = Character.digit(text.charAt(i), 16);
        if (digit < 0) {
          throw invalidEscape();
        }
        code = code << 4 | digit;
      }
      if (code > 0 && code <= Character.MAX_CODE_POINT) {
        return code;
      }
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "invalid Unicode code point: %04X", code);
    }
    throw invalidEscape();
  }

  private static SqlException invalidEscape() {
    return new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode escape")
        .withHint("Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.");
  }

  private static void requirePairs(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean paired =
          !Character.isSurrogate(c)
              || (Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1)));
      if (!paired) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair");
      }
      i += Character.isHighSurrogate(c) ? 1 : 0;
    }
  }
}
