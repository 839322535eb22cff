package dev.troupe.sql.function.math;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Roots, powers and logarithms of numeric. Results show at least 16 significant digits, and no
 * fewer than the arguments do: the rules for their scales are those of PostgreSQL 15.
 */
public final class NumericMath {
  private static final int SIGNIFICANT_DIGITS_MIN = 16;
  private static final int GROUP = 4;
  private static final int EXTRA_DIGITS = 12;
  private static final double LOG10_E = 0.434294481903252;
  private static final double LN_10 = 2.302585092994046;

  private NumericMath() {}

  static Numeric sqrt(Numeric value) {
    if (value.signum() < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "cannot take square root of a negative number");
    }
    if (!value.isFinite()) {
      return value;
    }
    int resultWeight = (weight(value.decimal()) + 1) * GROUP / 2 - 1;
    int scale = boundedScale(SIGNIFICANT_DIGITS_MIN - resultWeight, value.scale(), 0);
    return Numeric.of(sqrt(value.decimal(), scale));
  }

  /** Correctly rounded: the integer root of a number with twice as many digits, and one more. */
  public static BigDecimal sqrt(BigDecimal value, int scale) {
    BigInteger scaled = value.setScale(2 * (scale + 1), RoundingMode.DOWN).unscaledValue();
    return new BigDecimal(scaled.sqrt(), scale + 1).setScale(scale, RoundingMode.HALF_UP);
  }

  static Numeric exp(Numeric value) {
    if (!value.isFinite()) {
      return value.signum() < 0 ? Numeric.ZERO : value;
    }
    double magnitude = value.toDouble() * LOG10_E;
    int scale = boundedScale(SIGNIFICANT_DIGITS_MIN - clamp(magnitude), value.scale(), 0);
    return Numeric.of(exp(value.decimal(), scale));
  }

  static Numeric ln(Numeric value) {
    requireLogarithm(value);
    if (!value.isFinite()) {
      return value;
    }
    int scale = boundedScale(SIGNIFICANT_DIGITS_MIN - lnWeight(value.decimal()), value.scale(), 0);
    return Numeric.of(ln(value.decimal(), scale + 2).setScale(scale, RoundingMode.HALF_UP));
  }

  static Numeric log(Numeric base, Numeric value) {
    requireLogarithm(base);
    requireLogarithm(value);
    if (!base.isFinite() || !value.isFinite()) {
      return logOfInfinite(base, value);
    }
    int weight = lnWeight(value.decimal()) - lnWeight(base.decimal());
    int scale = boundedScale(SIGNIFICANT_DIGITS_MIN - weight, base.scale(), value.scale());
    int working = scale + EXTRA_DIGITS + Math.abs(weight);
    BigDecimal lnOfBase = ln(base.decimal(), working);
    if (lnOfBase.signum() == 0) {
      throw MathErrors.divisionByZero();
    }
    return Numeric.of(ln(value.decimal(), working).divide(lnOfBase, scale, RoundingMode.HALF_UP));
  }

  private static Numeric logOfInfinite(Numeric base, Numeric value) {
    if (base.isNaN() || value.isNaN()) {
      return Numeric.NAN;
    }
    if (base.isInfinite()) {
      return value.isInfinite() ? Numeric.NAN : Numeric.ZERO;
    }
    return Numeric.POSITIVE_INFINITY;
  }

  static Numeric power(Numeric base, Numeric exponent) {
    if (!base.isFinite() || !exponent.isFinite()) {
      return powerOfInfinite(base, exponent);
    }
    BigDecimal of = base.decimal();
    BigDecimal by = exponent.decimal();
    if (of.signum() == 0 && by.signum() < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "zero raised to a negative power is undefined");
    }
    BigDecimal whole = by.stripTrailingZeros();
    boolean integral = whole.scale() <= 0;
    if (of.signum() < 0 && !integral) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "a negative number raised to a non-integer power yields a complex result");
    }
    if (of.signum() == 0) {
      return Numeric.of(
          BigDecimal.valueOf(by.signum() == 0 ? 1 : 0).setScale(SIGNIFICANT_DIGITS_MIN));
    }
    double magnitude = log10(of.abs()) * by.doubleValue();
    if (magnitude > Numeric.INTEGER_DIGITS_MAX) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }
    int scale =
        integral
            ? boundedScale(SIGNIFICANT_DIGITS_MIN, base.scale(), 0)
            : boundedScale(
                SIGNIFICANT_DIGITS_MIN - clamp(magnitude), base.scale(), exponent.scale());
    if (magnitude + 1 < -Numeric.SCALE_MAX) {
      return Numeric.of(BigDecimal.ZERO.setScale(Numeric.SCALE_MAX));
    }
    return Numeric.of(power(of, by, integral, magnitude, scale));
  }

  private static BigDecimal power(
      BigDecimal base, BigDecimal exponent, boolean integral, double magnitude, int scale) {
    int digits = scale + Math.max(0, clamp(magnitude)) + EXTRA_DIGITS;
    if (integral && exponent.abs().compareTo(BigDecimal.valueOf(999_999_999)) <= 0) {
      MathContext exact = new MathContext(digits + EXTRA_DIGITS, RoundingMode.HALF_UP);
      int by = exponent.intValueExact();
      BigDecimal result =
          by >= 0 ? base.pow(by, exact) : BigDecimal.ONE.divide(base.pow(-by, exact), exact);
      return result.setScale(scale, RoundingMode.HALF_UP);
    }
    boolean negative = base.signum() < 0 && exponent.toBigInteger().testBit(0);
    int lnScale = digits + Math.max(0, exponent.precision() - exponent.scale());
    BigDecimal result = exp(ln(base.abs(), lnScale).multiply(exponent), scale);
    return negative ? result.negate() : result;
  }

  private static Numeric powerOfInfinite(Numeric base, Numeric exponent) {
    if (exponent.equals(Numeric.ZERO) || base.equals(Numeric.ONE)) {
      return Numeric.ONE;
    }
    if (base.isNaN() || exponent.isNaN()) {
      return Numeric.NAN;
    }
    return Numeric.of(FloatArithmetic.power(base.toDouble(), exponent.toDouble()));
  }

  private static void requireLogarithm(Numeric value) {
    if (value.signum() == 0 && !value.isNaN()) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_LOGARITHM, "cannot take logarithm of zero");
    }
    if (value.signum() < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_LOGARITHM, "cannot take logarithm of a negative number");
    }
  }

  private static int boundedScale(int wanted, int first, int second) {
    return Math.min(Math.max(Math.max(wanted, first), Math.max(second, 0)), Numeric.SCALE_MAX);
  }

  private static int clamp(double magnitude) {
    return (int) Math.max(-Numeric.SCALE_MAX, Math.min(magnitude, Numeric.INTEGER_DIGITS_MAX));
  }

  private static int weight(BigDecimal value) {
    return value.signum() == 0 ? 0 : Math.floorDiv(value.precision() - value.scale() - 1, GROUP);
  }

  private static double log10(BigDecimal value) {
    int exponent = value.precision() - value.scale() - 1;
    return Math.log10(value.movePointLeft(exponent).doubleValue()) + exponent;
  }

  /** Decimal exponent of the logarithm, estimated as PostgreSQL does. */
  private static int lnWeight(BigDecimal value) {
    BigDecimal fromOne = value.subtract(BigDecimal.ONE);
    if (fromOne.abs().compareTo(new BigDecimal("0.1")) <= 0) {
      return fromOne.signum() == 0 ? 0 : fromOne.precision() - fromOne.scale() - 1;
    }
    return (int) Math.log10(Math.abs(log10(value) * LN_10));
  }

  /** e to the power of a number, correct to the scale. */
  private static BigDecimal exp(BigDecimal value, int scale) {
    double magnitude = value.doubleValue() * LOG10_E;
    if (magnitude > Numeric.INTEGER_DIGITS_MAX) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }
    if (magnitude < -scale - 1) {
      return BigDecimal.ZERO.setScale(scale);
    }
    // The series is summed for a number below 1/1000, which is then squared again and again.
    int halvings = Math.max(0, 10 + (int) (Math.log(Math.abs(value.doubleValue()) + 1) / LN_2));
    int digits = Math.max(scale + clamp(magnitude), 1) + EXTRA_DIGITS + halvings;
    MathContext working = new MathContext(digits, RoundingMode.HALF_EVEN);
    BigDecimal reduced = value.divide(new BigDecimal(BigInteger.TWO.pow(halvings)), working);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    BigDecimal smallest = BigDecimal.ONE.movePointLeft(digits);
    for (int n = 1; term.abs().compareTo(smallest) > 0; n++) {
      term = term.multiply(reduced, working).divide(BigDecimal.valueOf(n), working);
      sum = sum.add(term, working);
    }
    for (int i = 0; i < halvings; i++) {
      sum = sum.multiply(sum, working);
    }
    return sum.setScale(scale, RoundingMode.HALF_UP);
  }

  private static final double LN_2 = 0.6931471805599453;

  /** Natural logarithm, correct to the scale. */
  private static BigDecimal ln(BigDecimal value, int scale) {
    // Square roots bring the number close to 1; the logarithm doubles with each of them.
    int roots = 0;
    int digits = scale + EXTRA_DIGITS * 2 + Math.abs(value.precision() - value.scale());
    MathContext working = new MathContext(digits, RoundingMode.HALF_EVEN);
    BigDecimal near = value;
    BigDecimal bound = new BigDecimal("0.01");
    while (near.subtract(BigDecimal.ONE).abs().compareTo(bound) > 0) {
      near = near.sqrt(working);
      roots++;
    }
    // ln x = 2 artanh((x - 1) / (x + 1))
    BigDecimal ratio = near.subtract(BigDecimal.ONE).divide(near.add(BigDecimal.ONE), working);
    BigDecimal square = ratio.multiply(ratio, working);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal power = ratio;
    BigDecimal smallest = BigDecimal.ONE.movePointLeft(digits);
    for (int n = 1; power.abs().compareTo(smallest) > 0; n += 2) {
      sum = sum.add(power.divide(BigDecimal.valueOf(n), working), working);
      power = power.multiply(square, working);
    }
    return sum.multiply(new BigDecimal(BigInteger.TWO.pow(roots + 1)), working)
        .setScale(scale, RoundingMode.HALF_UP);
  }
}
