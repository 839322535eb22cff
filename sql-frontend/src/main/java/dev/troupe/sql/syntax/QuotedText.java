package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/**
 * Reads what stands between quotes of all kinds. Each method takes where the token starts and where
 * its content does, and leaves where the token ends.
 */
final class QuotedText {
  private final String text;
  private int end;

  QuotedText(String text) {
    this.text = text;
  }

  /** Offset behind the token that was read last. */
  int end() {
    return end;
  }

  /** {@code 'text'}. */
  String plain(int start, int from) {
    return segments(start, from, "unterminated quoted string");
  }

  /** Digits between quotes, behind B or X. */
  String bits(int start, int from) {
    boolean hexadecimal = Characters.lower(text.charAt(start)) == 'x';
    String what = hexadecimal ? "hexadecimal string" : "bit string";
    return segments(start, from, "unterminated " + what + " literal");
  }

  /** {@code E'text'}. */
  String escaped(int start, int from) {
    EscapedText escapes = new EscapedText(text);
    int at = from;
    while (true) {
      int close = escapes.read(at);
      if (close < 0) {
        throw Lexer.error("unterminated quoted string", text, start, text.length());
      }
      int next = continuation(close + 1);
      if (next < 0) {
        end = close + 1;
        return escapes.finish();
      }
      at = next;
    }
  }

  /** {@code "name"}. */
  String name(int start, int from) {
    int close = closing('"', from);
    if (close < 0) {
      throw Lexer.error("unterminated quoted identifier", text, start, text.length());
    }
    end = close + 1;
    if (close == from) {
      throw Lexer.error("zero-length delimited identifier", text, start, end);
    }
    return undouble('"', from, close);
  }

  /** {@code U&'text' UESCAPE '!'}. */
  String unicodeString(int start, int from) {
    String raw = segments(start, from, "unterminated quoted string");
    return UnicodeEscapes.resolve(raw, escapeCharacter(), from);
  }

  /** {@code U&"name" UESCAPE '!'}. */
  String unicodeName(int start, int from) {
    String raw = name(start, from);
    return UnicodeEscapes.resolve(raw, escapeCharacter(), from);
  }

  /** {@code $tag$text$tag$}, of which the first tag ends at from. */
  String dollars(int start, int from) {
    String tag = text.substring(start, from);
    int close = text.indexOf(tag, from);
    if (close < 0) {
      throw Lexer.error("unterminated dollar-quoted string", text, start, text.length());
    }
    end = close + tag.length();
    return text.substring(from, close);
  }

  /** Strings on lines of their own, one below the other, are one. */
  private String segments(int start, int from, String whenOpen) {
    String value = "";
    int at = from;
    while (true) {
      int close = closing('\'', at);
      if (close < 0) {
        throw Lexer.error(whenOpen, text, start, text.length());
      }
      String segment = undouble('\'', at, close);
      value = value.isEmpty() ? segment : value + segment;
      int next = continuation(close + 1);
      if (next < 0) {
        end = close + 1;
        return value;
      }
      at = next;
    }
  }

  /** Where the quote that ends the text is; negative when there is none. */
  private int closing(char quote, int from) {
    int close = text.indexOf(quote, from);
    while (close >= 0 && close + 1 < text.length() && text.charAt(close + 1) == quote) {
      close = text.indexOf(quote, close + 2);
    }
    return close;
  }

  private String undouble(char quote, int from, int close) {
    String raw = text.substring(from, close);
    return raw.indexOf(quote) < 0 ? raw : raw.replace("" + quote + quote, "" + quote);
  }

  /**
   * Where the content goes on behind blanks with a line end among them; negative if it does not.
   */
  private int continuation(int from) {
    int at = from;
    boolean newLine = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n' || c == '\r') {
        newLine = true;
        at++;
      } else if (Characters.isSpace(c)) {
        at++;
      } else if (text.startsWith("--", at)) {
        at = Lexer.endOfLine(text, at);
      } else {
        return newLine && c == '\'' ? at + 1 : -1;
      }
    }
    return -1;
  }

  private char escapeCharacter() {
    int at = skipSpace(end);
    if (!text.regionMatches(true, at, "uescape", 0, 7)) {
      return '\\';
    }
    at = skipSpace(at + 7);
    if (at + 2 >= text.length() || text.charAt(at) != '\'' || text.charAt(at + 2) != '\'') {
      throw Lexer.error(
          "UESCAPE must be followed by a simple string literal",
          text,
          Math.min(at, text.length()),
          Math.min(at + 1, text.length()));
    }
    char escape = text.charAt(at + 1);
    end = at + 3;
    if (Characters.isHexDigit(escape)
        || Characters.isSpace(escape)
        || "+'\"".indexOf(escape) >= 0) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "invalid Unicode escape character").at(at);
    }
    return escape;
  }

  private int skipSpace(int from) {
    int at = from;
    while (at < text.length() && Characters.isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
