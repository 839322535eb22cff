package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.Locale;
import java.util.Map;

/**
 * Turns an advanced regular expression of PostgreSQL (its documentation, chapter 9.7.3) into one of
 * {@code java.util.regex}, where both differ. One difference stays: where several branches of an
 * alternation match, PostgreSQL takes the longest match and Java the first branch.
 */
final class RegexTranslation {
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("alpha", "\\p{Alpha}"),
          Map.entry("digit", "\\p{Digit}"),
          Map.entry("alnum", "\\p{Alnum}"),
          Map.entry("upper", "\\p{Upper}"),
          Map.entry("lower", "\\p{Lower}"),
          Map.entry("space", "\\s\\x0b"),
          Map.entry("blank", "\\p{Blank}"),
          Map.entry("punct", "\\p{Punct}"),
          Map.entry("print", "\\p{Print}"),
          Map.entry("graph", "\\p{Graph}"),
          Map.entry("cntrl", "\\p{Cntrl}"),
          Map.entry("xdigit", "\\p{XDigit}"),
          Map.entry("word", "\\w"));

  private static final String WORD_START = "(?<!\\w)(?=\\w)";
  private static final String WORD_END = "(?<=\\w)(?!\\w)";
  private static final int REPETITIONS_MAX = 255;

  private final String source;
  private final RegexFlags flags;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int depth;

  private RegexTranslation(String source, RegexFlags flags) {
    this.source = source;
    this.flags = flags;
  }

  static String translate(String source, RegexFlags flags) {
    RegexTranslation translation = new RegexTranslation(source, flags);
    translation.expression();
    return translation.out.toString();
  }

  private void expression() {
    boolean repeatable = false;
    while (at < source.length()) {
      repeatable = atom(source.charAt(at), repeatable);
    }
    if (depth > 0) {
      throw invalid("parentheses () not balanced");
    }
  }

  /** Translates what comes next and says whether it may be repeated. */
  private boolean atom(char c, boolean repeatable) {
    switch (c) {
      case '\\' -> {
        return escape();
      }
      case '[' -> {
        return bracket();
      }
      case '(' -> {
        open();
        return false;
      }
      case ')' -> {
        close();
        return true;
      }
      case '|' -> {
        copy(1);
        return false;
      }
      case '*', '+', '?' -> {
        requireRepeatable(repeatable);
        copy(1);
        lazy();
        return false;
      }
      case '{' -> {
        return braces(repeatable);
      }
      case '^' -> {
        emit(flags.lineAnchors() ? "(?<=\\n|\\A)" : "\\A");
        return false;
      }
      case '$' -> {
        emit(flags.lineAnchors() ? "(?=\\n|\\z)" : "\\z");
        return false;
      }
      case '.' -> {
        emit(flags.dotStopsAtNewline() ? "[^\\n]" : ".");
        return true;
      }
      default -> {
        return character(c, repeatable);
      }
    }
  }

  private boolean character(char c, boolean repeatable) {
    if (flags.expanded() && Character.isWhitespace(c)) {
      at++;
      return repeatable;
    }
    if (flags.expanded() && c == '#') {
      int end = source.indexOf('\n', at);
      at = end < 0 ? source.length() : end;
      return repeatable;
    }
    int code = source.codePointAt(at);
    literal(code);
    at += Character.charCount(code);
    return true;
  }

  private void literal(int code) {
    if (code < 128 && !Character.isLetterOrDigit(code)) {
      out.append('\\');
    }
    out.appendCodePoint(code);
  }

  private void copy(int characters) {
    out.append(source, at, at + characters);
    at += characters;
  }

  private void emit(String translated) {
    out.append(translated);
    at++;
  }

  private void requireRepeatable(boolean repeatable) {
    if (!repeatable) {
      throw invalid("quantifier operand invalid");
    }
  }

  private void lazy() {
    if (at < source.length() && source.charAt(at) == '?') {
      copy(1);
    }
  }

  private boolean braces(boolean repeatable) {
    if (at + 1 >= source.length() || !isDigit(source.charAt(at + 1))) {
      literal('{');
      at++;
      return true;
    }
    requireRepeatable(repeatable);
    int end = source.indexOf('}', at);
    if (end < 0) {
      throw invalid("braces {} not balanced");
    }
    String[] bounds = source.substring(at + 1, end).split(",", -1);
    int low = bound(bounds[0]);
    int high = bounds.length < 2 ? low : bounds[1].isEmpty() ? REPETITIONS_MAX : bound(bounds[1]);
    if (bounds.length > 2 || low > REPETITIONS_MAX || high > REPETITIONS_MAX || low > high) {
      throw invalid("invalid repetition count(s)");
    }
    copy(end + 1 - at);
    lazy();
    return false;
  }

  private static int bound(String digits) {
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> isDigit((char) c))) {
      throw invalid("invalid repetition count(s)");
    }
    return Integer.parseInt(digits);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void open() {
    depth++;
    if (!source.startsWith("(?", at)) {
      copy(1);
      return;
    }
    for (String kind : new String[] {"(?:", "(?=", "(?!", "(?<=", "(?<!"}) {
      if (source.startsWith(kind, at)) {
        copy(kind.length());
        return;
      }
    }
    if (source.startsWith("(?#", at)) {
      int end = source.indexOf(')', at);
      at = end < 0 ? source.length() : end + 1;
      depth--;
      return;
    }
    throw invalid("quantifier operand invalid");
  }

  private void close() {
    depth--;
    if (depth < 0) {
      throw invalid("parentheses () not balanced");
    }
    copy(1);
  }

  private boolean escape() {
    if (at + 1 >= source.length()) {
      throw invalid("invalid escape \\ sequence");
    }
    char c = source.charAt(at + 1);
    switch (c) {
      case 'm', 'M', 'y', 'Y', 'A', 'Z' -> {
        out.append(constraint(c));
        at += 2;
        return false;
      }
      case 'd', 'D', 'w', 'W', 's', 'S' -> {
        copy(2);
        return true;
      }
      default -> {
        if (c >= '1' && c <= '9') {
          copy(2);
        } else {
          literalOrQuoted(escapedCharacter());
        }
        return true;
      }
    }
  }

  private void literalOrQuoted(int code) {
    if (code < ' ') {
      out.append(String.format(Locale.ROOT, "\\x%02x", code));
    } else {
      literal(code);
    }
  }

  private static String constraint(char c) {
    return switch (c) {
      case 'm' -> WORD_START;
      case 'M' -> WORD_END;
      case 'y' -> "\\b";
      case 'Y' -> "\\B";
      case 'A' -> "\\A";
      default -> "\\z";
    };
  }

  /** The character that an escape stands for, after a backslash; goes behind it. */
  private int escapedCharacter() {
    char c = source.charAt(at + 1);
    at += 2;
    return switch (c) {
      case 'a' -> 7;
      case 'b' -> '\b';
      case 'B' -> '\\';
      case 'c' -> source.charAt(Math.min(at++, source.length() - 1)) & 0x1f;
      case 'e' -> 27;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'u' -> hex(4, 4);
      case 'U' -> hex(8, 8);
      case 'x' -> hex(1, 8);
      case '0' -> 0;
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw invalid("invalid escape \\ sequence");
        }
        yield c;
      }
    };
  }

  private int hex(int least, int most) {
    int end = at;
    while (end < source.length()
        && end - at < most
        && Character.digit(source.charAt(end), 16) >= 0) {
      end++;
    }
    if (end - at < least) {
      throw invalid("invalid escape \\ sequence");
    }
    long code = Long.parseLong(source, at, end, 16);
    if (code > Character.MAX_CODE_POINT) {
      throw invalid("invalid escape \\ sequence");
    }
    at = end;
    return (int) code;
  }

  private boolean bracket() {
    if (source.startsWith("[[:<:]]", at) || source.startsWith("[[:>:]]", at)) {
      out.append(source.charAt(at + 3) == '<' ? WORD_START : WORD_END);
      at += 7;
      return false;
    }
    out.append('[');
    at++;
    if (at < source.length() && source.charAt(at) == '^') {
      out.append(flags.dotStopsAtNewline() ? "^\\n" : "^");
      at++;
    }
    boolean first = true;
    while (at < source.length() && (first || source.charAt(at) != ']')) {
      bracketItem(source.charAt(at));
      first = false;
    }
    if (at >= source.length()) {
      throw invalid("brackets [] not balanced");
    }
    out.append(']');
    at++;
    return true;
  }

  private void bracketItem(char c) {
    if (source.startsWith("[:", at)) {
      String name = delimited(":]");
      String translated = CLASSES.get(name);
      if (translated == null) {
        throw invalid("invalid character class");
      }
      out.append(translated);
    } else if (source.startsWith("[.", at) || source.startsWith("[=", at)) {
      delimited(source.charAt(at + 1) + "]").codePoints().forEach(this::literal);
    } else if (c == '\\') {
      bracketEscape();
    } else if (c == '-') {
      // Between two characters it is a range for both; elsewhere Java takes it literally too.
      copy(1);
    } else {
      int code = source.codePointAt(at);
      literal(code);
      at += Character.charCount(code);
    }
  }

  private void bracketEscape() {
    if (at + 1 >= source.length()) {
      throw invalid("invalid escape \\ sequence");
    }
    if ("dwsDWS".indexOf(source.charAt(at + 1)) >= 0) {
      copy(2);
    } else {
      literalOrQuoted(escapedCharacter());
    }
  }

  private String delimited(String end) {
    int close = source.indexOf(end, at + 2);
    if (close < 0) {
      throw invalid("brackets [] not balanced");
    }
    String inside = source.substring(at + 2, close);
    at = close + 2;
    return inside;
  }

  static SqlException invalid(String reason) {
    return new SqlException(
        SqlState.INVALID_REGULAR_EXPRESSION, "invalid regular expression: " + reason);
  }
}
