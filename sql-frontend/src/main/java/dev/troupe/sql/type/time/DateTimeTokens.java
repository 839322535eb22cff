package dev.troupe.sql.type.time;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits the text of a date or time into fields, by the rules of PostgreSQL's documentation,
 * appendix B.1.
 */
final class DateTimeTokens {
  /** What a field looks like. */
  enum Kind {
    NUMBER,
    DATE,
    TIME,
    ZONE,
    WORD,
    SIGNED_WORD
  }

  /** A field, in lower case. */
  record Token(Kind kind, String text) {}

  private final String input;
  private final List<Token> tokens = new ArrayList<>();
  private int position;

  private DateTimeTokens(String input) {
    this.input = input.toLowerCase(Locale.ROOT);
  }

  /** Null when there is something that can be no part of a date or time. */
  static @Nullable List<Token> split(String input) {
    DateTimeTokens fields = new DateTimeTokens(input);
    while (fields.position < fields.input.length()) {
      if (!fields.next()) {
        return null;
      }
    }
    return fields.tokens;
  }

  private boolean next() {
    char c = peek(0);
    if (isBlank(c)) {
      position++;
      return true;
    }
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
      return true;
    }
    if (isLetter(c)) {
      word();
      return true;
    }
    if (c == '+' || c == '-') {
      return signed();
    }
    if (c > ' ' && c < 0x7F) {
      // Other punctuation only separates.
      position++;
      return true;
    }
    return false;
  }

  private void number() {
    int start = position;
    skip(DateTimeTokens::isDigit);
    char delimiter = peek(0);
    if (delimiter == ':') {
      skip(c -> isDigit(c) || c == ':' || c == '.');
      add(Kind.TIME, start);
    } else if (delimiter == '-' || delimiter == '/' || delimiter == '.') {
      position++;
      add(afterDelimiter(delimiter), start);
    } else {
      add(Kind.NUMBER, start);
    }
  }

  private Kind afterDelimiter(char delimiter) {
    if (!isDigit(peek(0))) {
      if (delimiter == '.') {
        // A number that ends with its point.
        if (!isLetter(peek(0))) {
          return Kind.NUMBER;
        }
      }
      skip(c -> isDigit(c) || isLetter(c) || c == delimiter);
      return Kind.DATE;
    }
    skip(DateTimeTokens::isDigit);
    if (peek(0) == delimiter) {
      skip(c -> isDigit(c) || c == delimiter);
      return Kind.DATE;
    }
    return delimiter == '.' ? Kind.NUMBER : Kind.DATE;
  }

  private void word() {
    int start = position;
    skip(DateTimeTokens::isLetter);
    char c = peek(0);
    boolean compound = c == '-' || c == '/' || c == '.' || c == '_';
    if (c == '+' || isDigit(c)) {
      // A word that means something by itself ends here: T in 2020-01-01T10:00.
      compound = !DateTimeWords.isKnown(input.substring(start, position));
    }
    if (compound) {
      skip(k -> isDigit(k) || isLetter(k) || "+-/_.:".indexOf(k) >= 0);
      add(Kind.DATE, start);
    } else {
      add(Kind.WORD, start);
    }
  }

  private boolean signed() {
    char sign = peek(0);
    position++;
    skip(DateTimeTokens::isBlank);
    int start = position;
    if (isDigit(peek(0))) {
      skip(c -> isDigit(c) || c == ':' || c == '.' || c == '-');
      tokens.add(new Token(Kind.ZONE, sign + input.substring(start, position)));
      return true;
    }
    if (isLetter(peek(0))) {
      skip(DateTimeTokens::isLetter);
      tokens.add(new Token(Kind.SIGNED_WORD, sign + input.substring(start, position)));
      return true;
    }
    return false;
  }

  private void add(Kind kind, int start) {
    tokens.add(new Token(kind, input.substring(start, position)));
  }

  /** Which characters to go on over. */
  @FunctionalInterface
  private interface Chars {
    boolean has(char c);
  }

  private void skip(Chars chars) {
    while (position < input.length() && chars.has(input.charAt(position))) {
      position++;
    }
  }

  private char peek(int ahead) {
    return position + ahead < input.length() ? input.charAt(position + ahead) : '\0';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
