package dev.troupe.sql.function.math;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Numeric;

/** Operators of real and double precision, mixed ones too, and of numeric. */
public final class FloatArithmetic {
  private FloatArithmetic() {}

  public static void define(Definitions to) {
    defineFloats(to);
    defineDoubles(to);
    defineMixed(to);
    defineNumerics(to);
  }

  private static void defineFloats(Definitions to) {
    to.add("+(float4, float4) float4", (Float a, Float b) -> MathErrors.finite(a + b, a, b));
    to.add("-(float4, float4) float4", (Float a, Float b) -> MathErrors.finite(a - b, a, b));
    to.add("*(float4, float4) float4", (Float a, Float b) -> multiply(a, b));
    to.add("/(float4, float4) float4", (Float a, Float b) -> divide(a, b));
    to.add("+(float4) float4", (Float a) -> a);
    to.add("-(float4) float4", (Float a) -> -a);
    to.add("@(float4) float4", (Float a) -> Math.abs(a));
    to.add("abs(float4) float4", (Float a) -> Math.abs(a));
  }

  private static void defineDoubles(Definitions to) {
    to.add("+(float8, float8) float8", (Double a, Double b) -> add(a, b));
    to.add("-(float8, float8) float8", (Double a, Double b) -> subtract(a, b));
    to.add("*(float8, float8) float8", (Double a, Double b) -> multiply((double) a, (double) b));
    to.add("/(float8, float8) float8", (Double a, Double b) -> divide((double) a, (double) b));
    to.add("^(float8, float8) float8", (Double a, Double b) -> power(a, b));
    to.add("+(float8) float8", (Double a) -> a);
    to.add("-(float8) float8", (Double a) -> -a);
    to.add("@(float8) float8", (Double a) -> Math.abs(a));
    to.add("|/(float8) float8", (Double a) -> sqrt(a));
    to.add("||/(float8) float8", (Double a) -> Math.cbrt(a));
  }

  private static void defineMixed(Definitions to) {
    to.add("+(float4, float8) float8", (Float a, Double b) -> add(a, b));
    to.add("-(float4, float8) float8", (Float a, Double b) -> subtract(a, b));
    to.add("*(float4, float8) float8", (Float a, Double b) -> multiply((double) a, (double) b));
    to.add("/(float4, float8) float8", (Float a, Double b) -> divide((double) a, (double) b));
    to.add("+(float8, float4) float8", (Double a, Float b) -> add(a, b));
    to.add("-(float8, float4) float8", (Double a, Float b) -> subtract(a, b));
    to.add("*(float8, float4) float8", (Double a, Float b) -> multiply((double) a, (double) b));
    to.add("/(float8, float4) float8", (Double a, Float b) -> divide((double) a, (double) b));
  }

  private static void defineNumerics(Definitions to) {
    to.add("+(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.add(b));
    to.add("-(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.subtract(b));
    to.add("*(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.multiply(b));
    to.add("/(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.divide(b));
    to.add("%(numeric, numeric) numeric", (Numeric a, Numeric b) -> a.remainder(b));
    to.add("^(numeric, numeric) numeric", (Numeric a, Numeric b) -> NumericMath.power(a, b));
    to.add("+(numeric) numeric", (Numeric a) -> a);
    to.add("-(numeric) numeric", (Numeric a) -> a.negate());
    to.add("@(numeric) numeric", (Numeric a) -> a.abs());
  }

  private static double add(double a, double b) {
    return MathErrors.finite(a + b, a, b);
  }

  private static double subtract(double a, double b) {
    return MathErrors.finite(a - b, a, b);
  }

  private static double multiply(double a, double b) {
    double product = MathErrors.finite(a * b, a, b);
    if (product == 0 && a != 0 && b != 0) {
      throw MathErrors.underflow();
    }
    return product;
  }

  private static double divide(double a, double b) {
    if (b == 0 && !Double.isNaN(a)) {
      throw MathErrors.divisionByZero();
    }
    double quotient = a / b;
    if (Double.isInfinite(quotient) && !Double.isInfinite(a)) {
      throw MathErrors.overflow();
    }
    if (quotient == 0 && a != 0 && !Double.isInfinite(b)) {
      throw MathErrors.underflow();
    }
    return quotient;
  }

  private static float multiply(float a, float b) {
    float product = MathErrors.finite(a * b, a, b);
    if (product == 0 && a != 0 && b != 0) {
      throw MathErrors.underflow();
    }
    return product;
  }

  private static float divide(float a, float b) {
    if (b == 0 && !Float.isNaN(a)) {
      throw MathErrors.divisionByZero();
    }
    float quotient = a / b;
    if (Float.isInfinite(quotient) && !Float.isInfinite(a)) {
      throw MathErrors.overflow();
    }
    if (quotient == 0 && a != 0 && !Float.isInfinite(b)) {
      throw MathErrors.underflow();
    }
    return quotient;
  }

  static double sqrt(double value) {
    if (value < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "cannot take square root of a negative number");
    }
    return Math.sqrt(value);
  }

  static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "zero raised to a negative power is undefined");
    }
    boolean fraction = exponent != Math.rint(exponent);
    if (base < 0 && fraction && !Double.isNaN(exponent) && !Double.isInfinite(base)) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
          "a negative number raised to a non-integer power yields a complex result");
    }
    if (base == 1 || exponent == 0) {
      // Also for NaN and infinity, where Java says NaN.
      return 1;
    }
    if (base == -1 && Double.isInfinite(exponent)) {
      return 1;
    }
    double result = MathErrors.finite(Math.pow(base, exponent), base, exponent);
    boolean finite = !Double.isInfinite(base) && !Double.isInfinite(exponent);
    if (result == 0 && base != 0 && finite) {
      throw MathErrors.underflow();
    }
    return result;
  }
}
