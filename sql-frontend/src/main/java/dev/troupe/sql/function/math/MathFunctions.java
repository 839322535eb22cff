package dev.troupe.sql.function.math;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/** Functions of numbers: rounding, roots, logarithms, number theory and randomness. */
public final class MathFunctions {
  private static final int FACTORIAL_MAX = 32_177;

  private MathFunctions() {}

  public static void define(Definitions to) {
    defineRounding(to);
    defineRoots(to);
    defineNumericTheory(to);
    defineRandom(to);
    defineBuckets(to);
  }

  private static void defineRounding(Definitions to) {
    to.add("abs(float8) float8", (Double a) -> Math.abs(a));
    to.add("ceil(float8) float8", (Double a) -> Math.ceil(a));
    to.add("ceiling(float8) float8", (Double a) -> Math.ceil(a));
    to.add("floor(float8) float8", (Double a) -> Math.floor(a));
    to.add("round(float8) float8", (Double a) -> Math.rint(a));
    to.add("trunc(float8) float8", (Double a) -> a < 0 ? Math.ceil(a) : Math.floor(a));
    to.add("sign(float8) float8", (Double a) -> Math.signum(a));
    to.add("abs(numeric) numeric", (Numeric a) -> a.abs());
    to.add("ceil(numeric) numeric", (Numeric a) -> a.ceil());
    to.add("ceiling(numeric) numeric", (Numeric a) -> a.ceil());
    to.add("floor(numeric) numeric", (Numeric a) -> a.floor());
    to.add("round(numeric) numeric", (Numeric a) -> a.round(0));
    to.add("trunc(numeric) numeric", (Numeric a) -> a.truncate(0));
    to.add("round(numeric, int4) numeric", (Numeric a, Integer scale) -> round(a, scale));
    to.add("trunc(numeric, int4) numeric", (Numeric a, Integer scale) -> truncate(a, scale));
    to.add("sign(numeric) numeric", (Numeric a) -> a.isNaN() ? a : Numeric.of(a.signum()));
    to.add("scale(numeric) int4", (Numeric a) -> a.isFinite() ? (Integer) a.scale() : null);
    to.add("min_scale(numeric) int4", (Numeric a) -> a.isFinite() ? (Integer) minScale(a) : null);
    to.add("trim_scale(numeric) numeric", (Numeric a) -> a.isFinite() ? a.round(minScale(a)) : a);
  }

  private static Numeric round(Numeric value, int scale) {
    Numeric rounded = value.round(scale);
    return scale < 0 ? rounded.round(0) : rounded;
  }

  private static Numeric truncate(Numeric value, int scale) {
    Numeric truncated = value.truncate(scale);
    return scale < 0 ? truncated.round(0) : truncated;
  }

  private static int minScale(Numeric value) {
    return Math.max(0, value.decimal().stripTrailingZeros().scale());
  }

  private static void defineRoots(Definitions to) {
    to.add("sqrt(float8) float8", (Double a) -> FloatArithmetic.sqrt(a));
    to.add("cbrt(float8) float8", (Double a) -> Math.cbrt(a));
    to.add("exp(float8) float8", (Double a) -> exp(a));
    to.add("ln(float8) float8", (Double a) -> Math.log(logarithmOf(a)));
    to.add("log(float8) float8", (Double a) -> Math.log10(logarithmOf(a)));
    to.add("log10(float8) float8", (Double a) -> Math.log10(logarithmOf(a)));
    to.add("power(float8, float8) float8", (Double a, Double b) -> FloatArithmetic.power(a, b));
    to.add("pow(float8, float8) float8", (Double a, Double b) -> FloatArithmetic.power(a, b));
    to.add("sqrt(numeric) numeric", (Numeric a) -> NumericMath.sqrt(a));
    to.add("exp(numeric) numeric", (Numeric a) -> NumericMath.exp(a));
    to.add("ln(numeric) numeric", (Numeric a) -> NumericMath.ln(a));
    Numeric ten = Numeric.of(10);
    to.add("log(numeric) numeric", (Numeric a) -> NumericMath.log(ten, a));
    to.add("log10(numeric) numeric", (Numeric a) -> NumericMath.log(ten, a));
    to.add("log(numeric, numeric) numeric", (Numeric b, Numeric a) -> NumericMath.log(b, a));
    to.add("power(numeric, numeric) numeric", (Numeric a, Numeric b) -> NumericMath.power(a, b));
    to.add("pow(numeric, numeric) numeric", (Numeric a, Numeric b) -> NumericMath.power(a, b));
  }

  private static double exp(double value) {
    double result = Math.exp(value);
    if (Double.isInfinite(result) && !Double.isInfinite(value)) {
      throw MathErrors.overflow();
    }
    if (result == 0 && !Double.isInfinite(value)) {
      throw MathErrors.underflow();
    }
    return result;
  }

  private static double logarithmOf(double value) {
    if (value == 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_LOGARITHM, "cannot take logarithm of zero");
    }
    if (value < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_LOGARITHM, "cannot take logarithm of a negative number");
    }
    return value;
  }

  private static void defineNumericTheory(Definitions to) {
    to.add("mod(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.remainder(b));
    to.add("div(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.divideToIntegral(b));
    to.add("gcd(numeric, numeric) numeric", (Numeric a, Numeric b) -> gcd(a, b));
    to.add("lcm(numeric, numeric) numeric", (Numeric a, Numeric b) -> lcm(a, b));
    to.addAsking("factorial(int8) numeric", (Long n, EvalContext context) -> factorial(n, context));
  }

  private static Numeric gcd(Numeric a, Numeric b) {
    if (!a.isFinite() || !b.isFinite()) {
      return Numeric.NAN;
    }
    int scale = Math.max(a.scale(), b.scale());
    BigInteger left = a.decimal().setScale(scale).unscaledValue();
    BigInteger right = b.decimal().setScale(scale).unscaledValue();
    return Numeric.of(new BigDecimal(left.gcd(right), scale));
  }

  private static Numeric lcm(Numeric a, Numeric b) {
    if (!a.isFinite() || !b.isFinite()) {
      return Numeric.NAN;
    }
    int scale = Math.max(a.scale(), b.scale());
    BigInteger left = a.decimal().setScale(scale).unscaledValue();
    BigInteger right = b.decimal().setScale(scale).unscaledValue();
    if (left.signum() == 0 || right.signum() == 0) {
      return Numeric.of(BigDecimal.ZERO.setScale(scale));
    }
    return Numeric.of(new BigDecimal(left.divide(left.gcd(right)).multiply(right).abs(), scale));
  }

  private static Numeric factorial(long n, EvalContext context) {
    if (n < 0) {
      throw new SqlException(
          SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "factorial of a negative number is undefined");
    }
    if (n > FACTORIAL_MAX) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }
    BigInteger product = BigInteger.ONE;
    for (long factor = 2; factor <= n; factor++) {
      context.checkCancelled();
      product = product.multiply(BigInteger.valueOf(factor));
    }
    return Numeric.of(product);
  }

  private static void defineRandom(Definitions to) {
    to.addAsking("random() float8 volatile", EvalContext::nextRandom);
    to.addAsking(
        "setseed(float8) void volatile",
        (Double seed, EvalContext context) -> {
          if (!(seed >= -1 && seed <= 1)) {
            throw SqlException.of(
                SqlState.INVALID_PARAMETER_VALUE,
                "setseed parameter %s is out of allowed range [-1,1]",
                seed);
          }
          context.seedRandom(seed);
          return "";
        });
  }

  private static void defineBuckets(Definitions to) {
    to.add(
        "width_bucket(float8, float8, float8, int4) int4",
        (Double value, Double low, Double high, Integer count) -> bucket(value, low, high, count));
    to.add(
        "width_bucket(numeric, numeric, numeric, int4) int4",
        (Numeric value, Numeric low, Numeric high, Integer count) ->
            bucket(value, low, high, count));
    to.<Object, SqlArray>addTypedTwo(
        "width_bucket(anycompatible, anycompatiblearray) int4",
        types -> (value, bounds) -> bucket(types.parameter(0), value, bounds));
  }

  private static void requireBuckets(int count) {
    if (count <= 0) {
      throw invalidBucket("count must be greater than zero");
    }
  }

  private static SqlException invalidBucket(String message) {
    return new SqlException(SqlState.INVALID_ARGUMENT_FOR_WIDTH_BUCKET_FUNCTION, message);
  }

  private static int bucket(double value, double low, double high, int count) {
    requireBuckets(count);
    if (Double.isNaN(value) || Double.isNaN(low) || Double.isNaN(high)) {
      throw invalidBucket("operand, lower bound, and upper bound cannot be NaN");
    }
    if (Double.isInfinite(low) || Double.isInfinite(high)) {
      throw invalidBucket("lower and upper bounds must be finite");
    }
    if (low == high) {
      throw invalidBucket("lower bound cannot equal upper bound");
    }
    boolean rising = low < high;
    if (rising ? value < low : value > low) {
      return 0;
    }
    if (rising ? value >= high : value <= high) {
      return MathErrors.integer(count + 1L);
    }
    return (int) (count * ((value - low) / (high - low))) + 1;
  }

  private static int bucket(Numeric value, Numeric low, Numeric high, int count) {
    requireBuckets(count);
    if (value.isNaN() || low.isNaN() || high.isNaN()) {
      throw invalidBucket("operand, lower bound, and upper bound cannot be NaN");
    }
    if (low.isInfinite() || high.isInfinite()) {
      throw invalidBucket("lower and upper bounds must be finite");
    }
    int direction = high.compareTo(low);
    if (direction == 0) {
      throw invalidBucket("lower bound cannot equal upper bound");
    }
    if (value.compareTo(low) * direction < 0) {
      return 0;
    }
    if (value.compareTo(high) * direction >= 0) {
      return MathErrors.integer(count + 1L);
    }
    Numeric place =
        value
            .subtract(low)
            .abs()
            .multiply(Numeric.of(count))
            .divideToIntegral(high.subtract(low).abs());
    return MathErrors.integer(Objects.requireNonNull(place.toLong()) + 1);
  }

  private static int bucket(SqlType type, Object value, SqlArray bounds) {
    if (bounds.dimensions() > 1) {
      throw new SqlException(
          SqlState.ARRAY_SUBSCRIPT_ERROR, "thresholds must be one-dimensional array");
    }
    if (bounds.hasNulls()) {
      throw new SqlException(
          SqlState.NULL_VALUE_NOT_ALLOWED, "thresholds array must not contain NULLs");
    }
    ValueOrder order = ValueOrder.of(type);
    int from = 0;
    int to = bounds.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (order.compareNullsLast(value, bounds.element(middle)) < 0) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }
}
