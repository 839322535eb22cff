package dev.troupe.sql.function.math;

import dev.troupe.sql.function.define.Definitions;
import java.util.function.DoubleUnaryOperator;

/** Trigonometric functions, in radians and in degrees. */
public final class Trigonometry {
  private Trigonometry() {}

  public static void define(Definitions to) {
    to.addMany("pi() float8", (arguments, context) -> Math.PI);
    to.add("degrees(float8) float8", (Double a) -> a / (Math.PI / 180));
    to.add("radians(float8) float8", (Double a) -> a * (Math.PI / 180));
    periodic(to, "sin", Math::sin);
    periodic(to, "cos", Math::cos);
    periodic(to, "tan", Math::tan);
    periodic(to, "cot", value -> 1 / Math.tan(value));
    bounded(to, "asin", Math::asin);
    bounded(to, "acos", Math::acos);
    to.add("atan(float8) float8", (Double a) -> Math.atan(a));
    to.add("atan2(float8, float8) float8", (Double y, Double x) -> Math.atan2(y, x));
    to.add("sinh(float8) float8", (Double a) -> Math.sinh(a));
    to.add("cosh(float8) float8", (Double a) -> Math.cosh(a));
    to.add("tanh(float8) float8", (Double a) -> Math.tanh(a));
    to.add("asinh(float8) float8", (Double a) -> asinh(a));
    to.add("acosh(float8) float8", (Double a) -> acosh(a));
    to.add("atanh(float8) float8", (Double a) -> atanh(a));
    defineDegrees(to);
  }

  private static void periodic(Definitions to, String name, DoubleUnaryOperator function) {
    to.add(
        name + "(float8) float8",
        (Double a) -> {
          if (Double.isInfinite(a)) {
            throw MathErrors.inputOutOfRange();
          }
          return function.applyAsDouble(a);
        });
  }

  private static void bounded(Definitions to, String name, DoubleUnaryOperator function) {
    to.add(
        name + "(float8) float8",
        (Double a) -> {
          if (a < -1 || a > 1) {
            throw MathErrors.inputOutOfRange();
          }
          return function.applyAsDouble(a);
        });
  }

  private static double asinh(double value) {
    double size = Math.abs(value);
    double result =
        size > 1e150
            ? Math.log(size) + Math.log(2)
            : Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
    return Math.copySign(result, value);
  }

  private static double acosh(double value) {
    if (value < 1) {
      throw MathErrors.inputOutOfRange();
    }
    return value > 1e150
        ? Math.log(value) + Math.log(2)
        : Math.log(value + Math.sqrt((value - 1) * (value + 1)));
  }

  private static double atanh(double value) {
    if (value < -1 || value > 1) {
      throw MathErrors.inputOutOfRange();
    }
    return 0.5 * (Math.log1p(value) - Math.log1p(-value));
  }

  private static void defineDegrees(Definitions to) {
    periodic(to, "sind", Degrees::sin);
    periodic(to, "cosd", Degrees::cos);
    periodic(to, "tand", Degrees::tan);
    periodic(to, "cotd", degrees -> 1 / Degrees.tan(degrees));
    bounded(to, "asind", Degrees::asin);
    bounded(to, "acosd", Degrees::acos);
    to.add("atand(float8) float8", (Double a) -> Degrees.atan(a));
    to.add("atan2d(float8, float8) float8", (Double y, Double x) -> Degrees.atan2(y, x));
  }
}
