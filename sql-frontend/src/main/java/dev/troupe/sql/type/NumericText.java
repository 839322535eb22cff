package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads numbers as type numeric does. */
final class NumericText {
  /** Exponents beyond it are out of range whatever the digits are. */
  private static final int EXPONENT_MAX = Integer.MAX_VALUE / 2;

  private NumericText() {}

  static Numeric parse(String text) {
    String trimmed = trim(text);
    Numeric special = special(trimmed);
    if (special != null) {
      return special;
    }
    int end = endOfMantissa(trimmed);
    int exponent = 0;
    if (end < 0) {
      throw invalid(text);
    }
    if (end < trimmed.length()) {
      exponent = exponent(trimmed, end, text);
    }
    return of(trimmed, end, exponent);
  }

  private static Numeric of(String text, int end, int exponent) {
    int point = text.indexOf('.');
    boolean hasPoint = point >= 0 && point < end;
    String digits =
        hasPoint
            ? text.substring(0, point) + text.substring(point + 1, end)
            : text.substring(0, end);
    long fraction = hasPoint ? end - point - 1 : 0;
    BigInteger unscaled = new BigInteger(digits);
    long scale = fraction - exponent;
    if (unscaled.signum() == 0) {
      int shown = (int) Math.max(0, Math.min(scale, Numeric.VALUE_SCALE_MAX));
      return Numeric.of(new BigDecimal(BigInteger.ZERO, shown));
    }
    if (scale < -Numeric.INTEGER_DIGITS_MAX) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }
    return Numeric.of(new BigDecimal(unscaled, (int) scale));
  }

  private static @Nullable Numeric special(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan" -> Numeric.NAN;
      case "infinity", "+infinity", "inf", "+inf" -> Numeric.POSITIVE_INFINITY;
      case "-infinity", "-inf" -> Numeric.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  /** Index after sign, digits and point; negative when there is not one digit. */
  private static int endOfMantissa(String text) {
    int i = !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-') ? 1 : 0;
    boolean digits = false;
    boolean point = false;
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits = true;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    return digits ? i : -1;
  }

  private static int exponent(String text, int from, String original) {
    if (text.charAt(from) != 'e' && text.charAt(from) != 'E') {
      throw invalid(original);
    }
    int i = from + 1;
    boolean negative = i < text.length() && text.charAt(i) == '-';
    if (i < text.length() && (negative || text.charAt(i) == '+')) {
      i++;
    }
    if (i == text.length()) {
      throw invalid(original);
    }
    long exponent = 0;
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw invalid(original);
      }
      exponent = exponent * 10 + (c - '0');
      if (exponent >= EXPONENT_MAX) {
        // The sign does not matter: PostgreSQL refuses such exponents both ways.
        throw new SqlException(
            SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
      }
    }
    return (int) (negative ? -exponent : exponent);
  }

  private static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static SqlException invalid(String text) {
    return new SqlException(
        SqlState.INVALID_TEXT_REPRESENTATION,
        "invalid input syntax for type numeric: \"" + text + "\"");
  }
}
