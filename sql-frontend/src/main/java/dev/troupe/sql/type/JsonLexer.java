package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Splits JSON into tokens. */
final class JsonLexer {
  /** What a token is. */
  enum Kind {
    OBJECT_START,
    OBJECT_END,
    ARRAY_START,
    ARRAY_END,
    COMMA,
    COLON,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    END
  }

  private final String input;
  private final boolean decoding;
  private final StringBuilder content = new StringBuilder();
  private Kind kind = Kind.END;
  private int start;
  private int end;

  /**
   * @param decoding whether strings are decoded, which also refuses escapes that name no character
   */
  JsonLexer(String input, boolean decoding) {
    this.input = input;
    this.decoding = decoding;
  }

  Kind kind() {
    return kind;
  }

  /** The token as it was written. */
  String text() {
    return input.substring(start, end);
  }

  /** Content of a string. */
  String string() {
    return content.toString();
  }

  void next() {
    start = end;
    while (start < input.length() && isBlank(input.charAt(start))) {
      start++;
    }
    end = start + 1;
    if (start == input.length()) {
      end = start;
      kind = Kind.END;
      return;
    }
    char first = input.charAt(start);
    switch (first) {
      case '{' -> kind = Kind.OBJECT_START;
      case '}' -> kind = Kind.OBJECT_END;
      case '[' -> kind = Kind.ARRAY_START;
      case ']' -> kind = Kind.ARRAY_END;
      case ',' -> kind = Kind.COMMA;
      case ':' -> kind = Kind.COLON;
      case '"' -> {
        readString();
        kind = Kind.STRING;
      }
      default -> {
        if (first == '-' || isDigit(first)) {
          readNumber();
        } else {
          readWord();
        }
      }
    }
  }

  SqlException unexpected(String expected) {
    return kind == Kind.END
        ? failure("The input string ended unexpectedly.")
        : failure("Expected " + expected + ", but found \"" + text() + "\".");
  }

  private void readWord() {
    while (end < input.length() && isPartOfWord(input.charAt(end))) {
      end++;
    }
    switch (text()) {
      case "true" -> kind = Kind.TRUE;
      case "false" -> kind = Kind.FALSE;
      case "null" -> kind = Kind.NULL;
      default -> throw invalidToken();
    }
  }

  private void readNumber() {
    int i = input.charAt(start) == '-' ? start + 1 : start;
    boolean valid = i < input.length() && isDigit(input.charAt(i));
    i = valid && input.charAt(i) == '0' ? i + 1 : skipDigits(i);
    if (i < input.length() && input.charAt(i) == '.') {
      int fraction = skipDigits(i + 1);
      valid &= fraction > i + 1;
      i = fraction;
    }
    if (i < input.length() && (input.charAt(i) == 'e' || input.charAt(i) == 'E')) {
      i++;
      if (i < input.length() && (input.charAt(i) == '+' || input.charAt(i) == '-')) {
        i++;
      }
      int exponent = skipDigits(i);
      valid &= exponent > i;
      i = exponent;
    }
    end = i;
    while (end < input.length() && isPartOfWord(input.charAt(end))) {
      end++;
    }
    if (!valid || end != i) {
      throw invalidToken();
    }
    kind = Kind.NUMBER;
  }

  private int skipDigits(int from) {
    int i = from;
    while (i < input.length() && isDigit(input.charAt(i))) {
      i++;
    }
    return i;
  }

  private void readString() {
    content.setLength(0);
    while (true) {
      if (end >= input.length()) {
        throw invalidToken();
      }
      char c = input.charAt(end++);
      if (c == '"') {
        break;
      } else if (c == '\\') {
        readEscape();
      } else if (c < ' ') {
        throw failure(String.format("Character with value 0x%02x must be escaped.", (int) c));
      } else {
        append(c);
      }
    }
    requirePair(false);
  }

  private void readEscape() {
    if (end >= input.length()) {
      throw invalidToken();
    }
    char c = input.charAt(end++);
    switch (c) {
      case '"', '\\', '/' -> append(c);
      case 'b' -> append('\b');
      case 'f' -> append('\f');
      case 'n' -> append('\n');
      case 'r' -> append('\r');
      case 't' -> append('\t');
      case 'u' -> readUnicode();
      default -> throw failure("Escape sequence \"\\" + c + "\" is invalid.");
    }
  }

  private void readUnicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = end < input.length() ? Character.digit(input.charAt(end), 16) : -1;
      if (digit < 0) {
        throw failure("\"\\u\" must be followed by four hexadecimal digits.");
      }
      code = code * 16 + digit;
      end++;
    }
    if (!decoding) {
      return;
    }
    if (code == 0) {
      throw new SqlException(
              SqlState.UNTRANSLATABLE_CHARACTER, "unsupported Unicode escape sequence")
          .withDetail("\\u0000 cannot be converted to text.");
    }
    char unit = (char) code;
    if (Character.isHighSurrogate(unit) && endsWithHighSurrogate()) {
      throw failure("Unicode high surrogate must not follow a high surrogate.");
    }
    append(unit);
  }

  private void append(char unit) {
    if (decoding) {
      requirePair(Character.isLowSurrogate(unit));
      content.append(unit);
    }
  }

  private boolean endsWithHighSurrogate() {
    return !content.isEmpty() && Character.isHighSurrogate(content.charAt(content.length() - 1));
  }

  private void requirePair(boolean lowFollows) {
    if (decoding && endsWithHighSurrogate() != lowFollows) {
      throw failure("Unicode low surrogate must follow a high surrogate.");
    }
  }

  private SqlException invalidToken() {
    return failure("Token \"" + text() + "\" is invalid.");
  }

  private static SqlException failure(String detail) {
    return new SqlException(
            SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json")
        .withDetail(detail);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPartOfWord(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }
}
