package dev.troupe.sql.type.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/**
 * Prints floating-point numbers as PostgreSQL does: the fewest digits that are read back as the
 * same number, with an exponent below 1e-4 and from 1e15 (1e6 for real) on; or, when digits are
 * asked to be fewer, as C's {@code %g}.
 */
public final class FloatText {
  private static final int DOUBLE_DIGITS = 15;
  private static final int FLOAT_DIGITS = 6;
  private static final int EXPONENT_MIN = -4;

  /** Below, numbers between two neighbours have more digits than any that is printed. */
  private static final double DOUBLE_MIDPOINTS_FROM = 0x1p53;

  private static final float FLOAT_MIDPOINTS_FROM = 0x1p24f;

  private FloatText() {}

  public static void append(double value, int extraDigits, StringBuilder out) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      appendSpecial(value, out);
    } else if (extraDigits > 0) {
      BigDecimal shortest =
          fewest(new BigDecimal(Double.toString(value)), digits -> digits.doubleValue() == value);
      if (Math.abs(value) >= DOUBLE_MIDPOINTS_FROM && Double.isFinite(Math.nextUp(value))) {
        BigDecimal above = new BigDecimal(Math.nextUp(value));
        BigDecimal below = new BigDecimal(Math.nextDown(value));
        shortest = inside(shortest, new BigDecimal(value), below, above);
      }
      appendDigits(shortest, DOUBLE_DIGITS, out);
    } else {
      appendRounded(value, DOUBLE_DIGITS + extraDigits, out);
    }
  }

  public static void append(float value, int extraDigits, StringBuilder out) {
    if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
      appendSpecial(value, out);
    } else if (extraDigits > 0) {
      BigDecimal shortest =
          fewest(new BigDecimal(Float.toString(value)), digits -> digits.floatValue() == value);
      if (Math.abs(value) >= FLOAT_MIDPOINTS_FROM && Float.isFinite(Math.nextUp(value))) {
        BigDecimal above = new BigDecimal(Math.nextUp(value));
        BigDecimal below = new BigDecimal(Math.nextDown(value));
        shortest = inside(shortest, new BigDecimal(value), below, above);
      }
      appendDigits(shortest, FLOAT_DIGITS, out);
    } else {
      appendRounded(value, FLOAT_DIGITS + extraDigits, out);
    }
  }

  /** Java prints two digits at least, which of denormal numbers may be one too many. */
  private static BigDecimal fewest(BigDecimal shortest, Predicate<BigDecimal> isValue) {
    if (shortest.precision() != 2) {
      return shortest;
    }
    BigDecimal shorter = shortest.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return isValue.test(shorter) ? shorter : shortest;
  }

  /**
   * A number halfway between two floating-point numbers is read as the even one; PostgreSQL does
   * not count on that when it prints, as with 1e23.
   */
  private static BigDecimal inside(
      BigDecimal shortest, BigDecimal value, BigDecimal below, BigDecimal above) {
    BigDecimal twice = shortest.add(shortest);
    if (twice.compareTo(value.add(below)) != 0 && twice.compareTo(value.add(above)) != 0) {
      return shortest;
    }
    for (int digits = shortest.stripTrailingZeros().precision() + 1; ; digits++) {
      BigDecimal longer = value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      BigDecimal doubled = longer.add(longer);
      if (doubled.compareTo(value.add(below)) > 0 && doubled.compareTo(value.add(above)) < 0) {
        return longer;
      }
    }
  }

  private static void appendSpecial(double value, StringBuilder out) {
    if (Double.isNaN(value)) {
      out.append("NaN");
    } else if (value == 0) {
      out.append(1 / value < 0 ? "-0" : "0");
    } else {
      out.append(value > 0 ? "Infinity" : "-Infinity");
    }
  }

  private static void appendRounded(double value, int digits, StringBuilder out) {
    int precision = Math.max(1, digits);
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
    appendDigits(rounded, precision, out);
  }

  private static void appendDigits(BigDecimal value, int exponentFrom, StringBuilder out) {
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= EXPONENT_MIN && exponent < exponentFrom) {
      out.append(stripped.toPlainString());
      return;
    }
    String digits = stripped.unscaledValue().abs().toString();
    out.append(stripped.signum() < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append(exponent < 0 ? "e-" : "e+");
    int magnitude = Math.abs(exponent);
    out.append(magnitude < 10 ? "0" : "").append(magnitude);
  }
}
