package dev.troupe.sql.function.format;

import dev.troupe.sql.function.format.NumberPattern.Item;
import dev.troupe.sql.function.format.NumberPattern.Kind;
import dev.troupe.sql.function.format.NumberPattern.Sign;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Prints one number by a pattern. */
final class NumberPrinter {
  private static final int ROMAN_MAX = 3999;
  private static final int[] ROMAN_VALUES = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
  private static final String[] ROMAN_SIGNS = {
    "M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"
  };

  private final NumberPattern pattern;
  private final StringBuilder out = new StringBuilder();
  private final boolean negative;
  private final String whole;
  private final String fraction;

  /** Blanks before the digits of the whole part; below 0 when it does not fit. */
  private final int missing;

  private int digit;
  private boolean signWritten;

  private NumberPrinter(NumberPattern pattern, BigDecimal value) {
    this.pattern = pattern;
    BigDecimal rounded =
        value.movePointRight(pattern.shift()).setScale(pattern.after(), RoundingMode.HALF_UP);
    this.negative = rounded.signum() < 0;
    String plain = rounded.abs().toPlainString();
    int point = plain.indexOf('.');
    this.whole = point < 0 ? plain : plain.substring(0, point);
    this.fraction = point < 0 ? "" : plain.substring(point + 1);
    this.missing = pattern.before() - whole.length();
  }

  static String print(String written, BigDecimal value) {
    NumberPattern pattern = NumberPattern.parse(written);
    if (pattern.items().stream().anyMatch(item -> item.kind() == Kind.ROMAN)) {
      return roman(pattern, value);
    }
    if (pattern.exponent()) {
      return exponent(pattern, value);
    }
    return new NumberPrinter(pattern, value).print();
  }

  /** What is no number, or has no end, fits nowhere. */
  static String printUnknown(String written) {
    NumberPattern pattern = NumberPattern.parse(written);
    return new NumberPrinter(pattern, BigDecimal.TEN.pow(pattern.before())).print();
  }

  private static String roman(NumberPattern pattern, BigDecimal value) {
    int number = value.setScale(0, RoundingMode.HALF_UP).intValue();
    StringBuilder out = new StringBuilder();
    if (number <= 0 || number > ROMAN_MAX) {
      out.append("#".repeat(15));
    } else {
      for (int i = 0; i < ROMAN_VALUES.length; i++) {
        while (number >= ROMAN_VALUES[i]) {
          out.append(ROMAN_SIGNS[i]);
          number -= ROMAN_VALUES[i];
        }
      }
    }
    boolean lower =
        pattern.items().stream()
            .anyMatch(item -> item.kind() == Kind.ROMAN && item.text().equals("rn"));
    String text = lower ? out.toString().toLowerCase(Locale.ROOT) : out.toString();
    return pattern.fill() ? text : " ".repeat(15 - text.length()) + text;
  }

  private static String exponent(NumberPattern pattern, BigDecimal value) {
    int exponent = value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
    BigDecimal mantissa =
        value.movePointLeft(exponent).setScale(pattern.after(), RoundingMode.HALF_UP);
    if (mantissa.abs().compareTo(BigDecimal.TEN) >= 0) {
      exponent++;
      mantissa = value.movePointLeft(exponent).setScale(pattern.after(), RoundingMode.HALF_UP);
    }
    String sign = value.signum() < 0 ? "" : " ";
    return sign
        + mantissa.toPlainString()
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private String print() {
    for (Item item : pattern.items()) {
      print(item);
    }
    if (pattern.sign() == Sign.TRAILING) {
      return out.toString();
    }
    if (pattern.brackets()) {
      out.append(negative ? ">" : pattern.fill() ? "" : " ");
    }
    return out.toString();
  }

  private void print(Item item) {
    switch (item.kind()) {
      case DIGIT -> digit();
      case POINT -> point();
      case GROUP -> group(item.text().equals("G") ? "," : item.text());
      case MINUS -> out.append(negative ? "-" : pattern.fill() ? "" : " ");
      case PLUS -> out.append(negative ? pattern.fill() ? "" : " " : "+");
      case SIGN -> out.append(negative ? "-" : "+");
      case S -> trailingSign();
      case CURRENCY -> out.append(pattern.fill() ? "" : " ");
      case ORDINAL -> ordinal(item.text());
      case TEXT -> out.append(item.text());
      case PR, ROMAN, EXPONENT, SHIFT -> {}
    }
  }

  private void trailingSign() {
    if (pattern.sign() == Sign.TRAILING) {
      out.append(negative ? "-" : "+");
    }
  }

  private void digit() {
    int index = digit;
    digit++;
    boolean zeros = pattern.zeroFrom() >= 0 && index >= pattern.zeroFrom();
    if (index >= pattern.before()) {
      fractionDigit(index - pattern.before());
      return;
    }
    boolean started = index >= missing || zeros;
    boolean hidden = index == missing && whole.equals("0") && !zeros && pattern.after() > 0;
    if (started && !hidden) {
      sign();
    }
    if (missing < 0) {
      out.append('#');
    } else if (index < missing) {
      out.append(zeros ? "0" : blank());
    } else {
      out.append(hidden ? hiddenZero() : whole.substring(index - missing, index - missing + 1));
    }
  }

  private String blank() {
    return pattern.fill() ? "" : " ";
  }

  /** A zero before the point is not shown, unless nothing else would be. */
  private String hiddenZero() {
    return pattern.fill() ? fraction.matches("0*") ? "0" : "" : " ";
  }

  private void sign() {
    if (signWritten) {
      return;
    }
    signWritten = true;
    if (pattern.brackets()) {
      out.append(negative ? "<" : blank());
    } else if (pattern.sign() == Sign.LEADING) {
      out.append(negative ? "-" : "+");
    } else if (pattern.sign() == Sign.PLAIN) {
      out.append(negative ? "-" : blank());
    }
  }

  private void fractionDigit(int index) {
    sign();
    if (missing < 0) {
      out.append('#');
      return;
    }
    boolean trailing = pattern.fill() && fraction.substring(index).matches("0*");
    if (!trailing || isZeroDigit(pattern.before() + index)) {
      out.append(fraction.charAt(index));
    }
  }

  /** Whether the pattern demands this digit by a 0, or one behind it. */
  private boolean isZeroDigit(int number) {
    int seen = 0;
    for (Item item : pattern.items()) {
      if (item.kind() == Kind.DIGIT) {
        if (seen >= number && item.text().equals("0")) {
          return true;
        }
        seen++;
      }
    }
    return false;
  }

  private void point() {
    sign();
    out.append('.');
  }

  private void group(String separator) {
    boolean zeros = pattern.zeroFrom() >= 0 && digit > pattern.zeroFrom();
    if (digit > missing || zeros) {
      out.append(separator);
    } else {
      out.append(blank());
    }
  }

  private void ordinal(String written) {
    if (negative || !fraction.isEmpty()) {
      return;
    }
    String suffix = Ordinals.suffix(whole);
    out.append(written.equals("TH") ? suffix.toUpperCase(Locale.ROOT) : suffix);
  }
}
