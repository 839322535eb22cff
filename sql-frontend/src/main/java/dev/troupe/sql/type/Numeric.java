package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of type numeric: a decimal number with a display scale, an infinity, or NaN. Scales of
 * results follow PostgreSQL (its {@code numeric.c}). Equality and order ignore the scale; NaN
 * equals itself and is greater than everything else.
 */
public final class Numeric implements Comparable<Numeric> {
  /** The most digits after the point that a type modifier or a division gives. */
  public static final int SCALE_MAX = 1000;

  /** The most digits after the point that any value has. */
  public static final int VALUE_SCALE_MAX = 16_383;

  /** The most digits before the point. */
  public static final int INTEGER_DIGITS_MAX = 131_072;

  private static final int SIGNIFICANT_DIGITS_MIN = 16;
  private static final int DIGITS_OF_GROUP = 4;
  private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private enum Kind {
    NEGATIVE_INFINITY,
    FINITE,
    POSITIVE_INFINITY,
    NAN
  }

  public static final Numeric NEGATIVE_INFINITY = new Numeric(Kind.NEGATIVE_INFINITY, null);
  public static final Numeric POSITIVE_INFINITY = new Numeric(Kind.POSITIVE_INFINITY, null);
  public static final Numeric NAN = new Numeric(Kind.NAN, null);
  public static final Numeric ZERO = new Numeric(Kind.FINITE, BigDecimal.ZERO);
  public static final Numeric ONE = new Numeric(Kind.FINITE, BigDecimal.ONE);

  private final Kind kind;
  private final @Nullable BigDecimal decimal;

  private Numeric(Kind kind, @Nullable BigDecimal decimal) {
    this.kind = kind;
    this.decimal = decimal;
  }

  /**
   * A scale below zero becomes zero, one above the limit is rounded to it.
   *
   * @throws SqlException when there are too many digits before the point
   */
  public static Numeric of(BigDecimal value) {
    if ((long) value.precision() - value.scale() > INTEGER_DIGITS_MAX && value.signum() != 0) {
      throw overflow();
    }
    if (value.scale() < 0) {
      return new Numeric(Kind.FINITE, value.setScale(0, RoundingMode.UNNECESSARY));
    }
    return new Numeric(
        Kind.FINITE,
        value.scale() > VALUE_SCALE_MAX
            ? value.setScale(VALUE_SCALE_MAX, RoundingMode.HALF_UP)
            : value);
  }

  public static Numeric of(BigInteger value) {
    return of(new BigDecimal(value));
  }

  public static Numeric of(long value) {
    return new Numeric(Kind.FINITE, BigDecimal.valueOf(value));
  }

  public static Numeric of(long unscaled, int scale) {
    return of(BigDecimal.valueOf(unscaled, scale));
  }

  /** With the 15 significant digits that a double surely has, as PostgreSQL converts. */
  public static Numeric of(double value) {
    return ofBinary(value, 15);
  }

  /** With the 6 significant digits that a float surely has, as PostgreSQL converts. */
  public static Numeric of(float value) {
    return ofBinary(value, 6);
  }

  private static Numeric ofBinary(double value, int digits) {
    if (Double.isNaN(value)) {
      return NAN;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
    }
    BigDecimal exact = new BigDecimal(value);
    if (exact.signum() == 0) {
      return ZERO;
    }
    BigDecimal rounded =
        exact.round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    return of(rounded);
  }

  /**
   * @throws SqlException when the text is not a number, 22P02, or too large, 22003
   */
  public static Numeric parse(String text) {
    return NumericText.parse(text);
  }

  private static SqlException overflow() {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
  }

  public boolean isNaN() {
    return kind == Kind.NAN;
  }

  public boolean isInfinite() {
    return kind == Kind.POSITIVE_INFINITY || kind == Kind.NEGATIVE_INFINITY;
  }

  public boolean isFinite() {
    return kind == Kind.FINITE;
  }

  /** Of a finite number; its scale is the display scale. */
  public BigDecimal decimal() {
    return Objects.requireNonNull(decimal, "neither infinite nor NaN");
  }

  /** Digits after the point that are shown; 0 when it is not finite. */
  public int scale() {
    return decimal == null ? 0 : decimal.scale();
  }

  /** -1, 0 or 1; 0 for NaN. */
  public int signum() {
    return switch (kind) {
      case NEGATIVE_INFINITY -> -1;
      case FINITE -> decimal().signum();
      case POSITIVE_INFINITY -> 1;
      case NAN -> 0;
    };
  }

  public Numeric add(Numeric other) {
    if (isFinite() && other.isFinite()) {
      return of(decimal().add(other.decimal()));
    }
    if (isNaN() || other.isNaN() || (isInfinite() && other.isInfinite() && kind != other.kind)) {
      return NAN;
    }
    return isInfinite() ? this : other;
  }

  public Numeric subtract(Numeric other) {
    if (isFinite() && other.isFinite()) {
      return of(decimal().subtract(other.decimal()));
    }
    return add(other.negate());
  }

  public Numeric multiply(Numeric other) {
    if (isFinite() && other.isFinite()) {
      return of(decimal().multiply(other.decimal()));
    }
    return isNaN() || other.isNaN() ? NAN : infinity(signum() * other.signum());
  }

  /** An infinity of this sign; NaN for 0. */
  private static Numeric infinity(int sign) {
    if (sign == 0) {
      return NAN;
    }
    return sign > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
  }

  /**
   * @throws SqlException when the divisor is zero
   */
  public Numeric divide(Numeric divisor) {
    if (isFinite() && divisor.isFinite()) {
      requireDivisor(divisor);
      return of(decimal().divide(divisor.decimal(), quotientScale(divisor), RoundingMode.HALF_UP));
    }
    if (isNaN() || divisor.isNaN()) {
      return NAN;
    }
    if (isFinite()) {
      return ZERO;
    }
    if (divisor.isInfinite()) {
      return NAN;
    }
    requireDivisor(divisor);
    return infinity(signum() * divisor.signum());
  }

  /**
   * Scale of a quotient: at least 16 significant digits and no fewer than either side shows. The
   * numbers are looked at in groups of four digits, as PostgreSQL stores them.
   */
  private int quotientScale(Numeric divisor) {
    int weight = weight(decimal()) - weight(divisor.decimal());
    if (firstGroup(decimal()) <= firstGroup(divisor.decimal())) {
      weight--;
    }
    int scale = SIGNIFICANT_DIGITS_MIN - weight * DIGITS_OF_GROUP;
    return Math.min(Math.max(scale, Math.max(scale(), divisor.scale())), SCALE_MAX);
  }

  /** Exponent of the first group of four digits, as a power of 10000; 0 for zero. */
  private static int weight(BigDecimal value) {
    return value.signum() == 0
        ? 0
        : Math.floorDiv(value.precision() - value.scale() - 1, DIGITS_OF_GROUP);
  }

  /** The first group of four digits that is not zero, as a number from 1 to 9999; 0 for zero. */
  private static int firstGroup(BigDecimal value) {
    if (value.signum() == 0) {
      return 0;
    }
    int exponent = value.precision() - value.scale() - 1;
    int digits = Math.floorMod(exponent, DIGITS_OF_GROUP) + 1;
    return value
        .abs()
        .movePointRight(digits - 1 - exponent)
        .setScale(0, RoundingMode.DOWN)
        .intValueExact();
  }

  /** The integer part of the quotient. */
  public Numeric divideToIntegral(Numeric divisor) {
    if (isFinite() && divisor.isFinite()) {
      requireDivisor(divisor);
      return of(new BigDecimal(decimal().divideToIntegralValue(divisor.decimal()).toBigInteger()));
    }
    return divide(divisor);
  }

  /**
   * What is left of a division, with the sign of this number.
   *
   * @throws SqlException when the divisor is zero
   */
  public Numeric remainder(Numeric divisor) {
    if (isNaN() || divisor.isNaN()) {
      return NAN;
    }
    if (divisor.isInfinite()) {
      return isInfinite() ? NAN : this;
    }
    requireDivisor(divisor);
    if (isInfinite()) {
      return NAN;
    }
    BigDecimal rest = decimal().remainder(divisor.decimal());
    return of(rest.setScale(Math.max(scale(), divisor.scale()), RoundingMode.UNNECESSARY));
  }

  private static void requireDivisor(Numeric divisor) {
    if (divisor.signum() == 0) {
      throw new SqlException(SqlState.DIVISION_BY_ZERO, "division by zero");
    }
  }

  public Numeric negate() {
    return switch (kind) {
      case NEGATIVE_INFINITY -> POSITIVE_INFINITY;
      case FINITE -> new Numeric(Kind.FINITE, decimal().negate());
      case POSITIVE_INFINITY -> NEGATIVE_INFINITY;
      case NAN -> this;
    };
  }

  public Numeric abs() {
    return signum() < 0 ? negate() : this;
  }

  /** Rounded half away from zero; a negative scale rounds before the point. */
  public Numeric round(int scale) {
    return rescale(scale, RoundingMode.HALF_UP);
  }

  public Numeric truncate(int scale) {
    return rescale(scale, RoundingMode.DOWN);
  }

  public Numeric floor() {
    return rescale(0, RoundingMode.FLOOR);
  }

  public Numeric ceil() {
    return rescale(0, RoundingMode.CEILING);
  }

  private Numeric rescale(int scale, RoundingMode mode) {
    if (decimal == null || decimal.scale() == scale) {
      return this;
    }
    int bounded = Math.max(-INTEGER_DIGITS_MAX, Math.min(scale, VALUE_SCALE_MAX));
    return of(decimal.setScale(bounded, mode));
  }

  /** Without zeros at the end of the fraction. */
  public Numeric stripTrailingZeros() {
    if (decimal == null || decimal.scale() == 0) {
      return this;
    }
    return of(decimal.stripTrailingZeros());
  }

  /**
   * Rounded half away from zero.
   *
   * @return null when a long cannot hold it
   */
  public @Nullable Long toLong() {
    if (decimal == null) {
      return null;
    }
    BigDecimal rounded = decimal.setScale(0, RoundingMode.HALF_UP);
    return rounded.compareTo(LONG_MIN) < 0 || rounded.compareTo(LONG_MAX) > 0
        ? null
        : Long.valueOf(rounded.longValue());
  }

  /** The nearest double; infinite when it is too large. */
  public double toDouble() {
    return switch (kind) {
      case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
      case FINITE -> decimal().doubleValue();
      case POSITIVE_INFINITY -> Double.POSITIVE_INFINITY;
      case NAN -> Double.NaN;
    };
  }

  @Override
  public int compareTo(Numeric other) {
    if (decimal != null && other.decimal != null) {
      return decimal.compareTo(other.decimal);
    }
    return kind.compareTo(other.kind);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Numeric numeric && compareTo(numeric) == 0;
  }

  @Override
  public int hashCode() {
    if (decimal == null) {
      return kind.ordinal();
    }
    return decimal.scale() == 0 && decimal.precision() < 18 && decimal.longValue() % 10 != 0
        ? decimal.hashCode()
        : decimal.stripTrailingZeros().hashCode();
  }

  /** As PostgreSQL prints it: all digits of the scale, never an exponent. */
  @Override
  public String toString() {
    return switch (kind) {
      case NEGATIVE_INFINITY -> "-Infinity";
      case FINITE -> decimal().toPlainString();
      case POSITIVE_INFINITY -> "Infinity";
      case NAN -> "NaN";
    };
  }
}
