package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Patterns of SIMILAR TO, which mix those of LIKE with regular expressions. */
final class SimilarPattern {
  private SimilarPattern() {}

  /** An advanced regular expression that matches the whole text when the pattern does. */
  static String toRegex(String pattern, String escape) {
    LikePattern.requireEscape(escape);
    StringBuilder out = new StringBuilder("^(?:");
    boolean inBracket = false;
    int separators = 0;
    int i = 0;
    while (i < pattern.length()) {
      if (!escape.isEmpty() && pattern.startsWith(escape, i)) {
        i += escape.length();
        if (!inBracket && pattern.startsWith("\"", i)) {
          separators++;
          out.append(separator(separators));
        } else if (i < pattern.length()) {
          out.append('\\').append(pattern.charAt(i));
        }
      } else {
        char c = pattern.charAt(i);
        out.append(inBracket ? inBracket(c) : outside(c));
        inBracket = inBracket ? c != ']' : c == '[';
      }
      i++;
    }
    return out.append(")$").toString();
  }

  /** What lies between two separators is what SUBSTRING cuts out. */
  private static String separator(int number) {
    return switch (number) {
      case 1 -> "){1,1}?(";
      case 2 -> "){1,1}(?:";
      default ->
          throw new SqlException(
              SqlState.INVALID_USE_OF_ESCAPE_CHARACTER,
              "SQL regular expression may not contain more than two escape-double-quote"
                  + " separators");
    };
  }

  private static String inBracket(char c) {
    return c == '\\' ? "\\\\" : String.valueOf(c);
  }

  private static String outside(char c) {
    return switch (c) {
      case '%' -> ".*";
      case '_' -> ".";
      case '(' -> "(?:";
      case '\\', '.', '^', '$' -> "\\" + c;
      default -> String.valueOf(c);
    };
  }
}
