package dev.troupe.sql.function.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Numeric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** to_number: reads the digits of a text that a pattern has places for. */
final class NumberReader {
  private NumberReader() {}

  static @Nullable Numeric read(String text, String written) {
    if (written.isEmpty()) {
      return null;
    }
    NumberPattern pattern = NumberPattern.parse(written);
    String source = text.strip();
    boolean bracketed = source.startsWith("<") && source.endsWith(">");
    boolean negative = bracketed || source.startsWith("-") || source.endsWith("-");
    String digits = digits(source, pattern);
    String number = (negative ? "-" : "") + digits;
    if (digits.isEmpty() || digits.equals(".")) {
      throw new SqlException(
          SqlState.INVALID_TEXT_REPRESENTATION,
          "invalid input syntax for type numeric: \"" + (text.isEmpty() ? "" : " ") + "\"");
    }
    Numeric value = Numeric.parse(number.toLowerCase(Locale.ROOT));
    if (pattern.shift() > 0) {
      value = Numeric.of(value.decimal().movePointLeft(pattern.shift()));
    }
    return value;
  }

  /** Keeps no more digits before and after the point than the pattern has. */
  private static String digits(String source, NumberPattern pattern) {
    StringBuilder digits = new StringBuilder();
    int before = 0;
    int after = 0;
    boolean point = false;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '.' && !point && pattern.after() > 0) {
        point = true;
        digits.append('.');
      } else if (c == '.') {
        break;
      } else if (c >= '0' && c <= '9') {
        boolean room = point ? after < pattern.after() : before < pattern.before();
        if (!room && !point) {
          break;
        }
        if (room) {
          digits.append(c);
          after += point ? 1 : 0;
          before += point ? 0 : 1;
        }
      }
    }
    return digits.toString();
  }
}
