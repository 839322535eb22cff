package dev.troupe.sql.function.math;

import dev.troupe.sql.function.define.Definitions;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Operators of smallint, integer and bigint, of one type and mixed. */
public final class IntegerArithmetic {
  private IntegerArithmetic() {}

  public static void define(Definitions to) {
    defineSmall(to);
    defineIntegers(to);
    defineMixedWithLongs(to);
    defineLongs(to);
    defineBits(to);
  }

  private static void defineSmall(Definitions to) {
    to.add("+(int2, int2) int2", (Integer a, Integer b) -> MathErrors.small(a + b));
    to.add("-(int2, int2) int2", (Integer a, Integer b) -> MathErrors.small(a - b));
    to.add("*(int2, int2) int2", (Integer a, Integer b) -> MathErrors.small(a * b));
    to.add("/(int2, int2) int2", (Integer a, Integer b) -> MathErrors.small(divide(a, b)));
    to.add("%(int2, int2) int2", (Integer a, Integer b) -> remainder(a, b));
    to.add("+(int2) int2", (Integer a) -> a);
    to.add("-(int2) int2", (Integer a) -> MathErrors.small(-a));
    to.add("@(int2) int2", (Integer a) -> MathErrors.small(Math.abs(a)));
    to.add("abs(int2) int2", (Integer a) -> MathErrors.small(Math.abs(a)));
  }

  private static void defineIntegers(Definitions to) {
    for (String types : List.of("(int4, int4)", "(int2, int4)", "(int4, int2)")) {
      to.add("+" + types + " int4", (Integer a, Integer b) -> integer((long) a + b));
      to.add("-" + types + " int4", (Integer a, Integer b) -> integer((long) a - b));
      to.add("*" + types + " int4", (Integer a, Integer b) -> integer((long) a * b));
      to.add("/" + types + " int4", (Integer a, Integer b) -> divide(a, b));
    }
    to.add("%(int4, int4) int4", (Integer a, Integer b) -> remainder(a, b));
    to.add("+(int4) int4", (Integer a) -> a);
    to.add("-(int4) int4", (Integer a) -> integer(-(long) a));
    to.add("@(int4) int4", (Integer a) -> integer(Math.abs((long) a)));
    to.add("abs(int4) int4", (Integer a) -> integer(Math.abs((long) a)));
    to.add("mod(int2, int2) int2", (Integer a, Integer b) -> remainder(a, b));
    to.add("mod(int4, int4) int4", (Integer a, Integer b) -> remainder(a, b));
    to.add("gcd(int4, int4) int4", (Integer a, Integer b) -> integer(gcd(a, b)));
    to.add("lcm(int4, int4) int4", (Integer a, Integer b) -> integer(lcm(a, b)));
  }

  private static void defineMixedWithLongs(Definitions to) {
    for (String small : List.of("int2", "int4")) {
      String left = "(" + small + ", int8) int8";
      to.add("+" + left, (Integer a, Long b) -> add(a, b));
      to.add("-" + left, (Integer a, Long b) -> subtract(a, b));
      to.add("*" + left, (Integer a, Long b) -> multiply(a, b));
      to.add("/" + left, (Integer a, Long b) -> divide(a, b));
      String right = "(int8, " + small + ") int8";
      to.add("+" + right, (Long a, Integer b) -> add(a, b));
      to.add("-" + right, (Long a, Integer b) -> subtract(a, b));
      to.add("*" + right, (Long a, Integer b) -> multiply(a, b));
      to.add("/" + right, (Long a, Integer b) -> divide(a, (long) b));
    }
  }

  private static void defineLongs(Definitions to) {
    to.add("+(int8, int8) int8", (Long a, Long b) -> add(a, b));
    to.add("-(int8, int8) int8", (Long a, Long b) -> subtract(a, b));
    to.add("*(int8, int8) int8", (Long a, Long b) -> multiply(a, b));
    to.add("/(int8, int8) int8", (Long a, Long b) -> divide((long) a, (long) b));
    to.add("%(int8, int8) int8", (Long a, Long b) -> remainder(a, b));
    to.add("+(int8) int8", (Long a) -> a);
    to.add("-(int8) int8", (Long a) -> subtract(0, a));
    to.add("@(int8) int8", (Long a) -> a < 0 ? subtract(0, a) : a);
    to.add("abs(int8) int8", (Long a) -> a < 0 ? subtract(0, a) : a);
    to.add("mod(int8, int8) int8", (Long a, Long b) -> remainder(a, b));
    to.add("gcd(int8, int8) int8", (Long a, Long b) -> longAbs(gcd(a, b)));
    to.add(
        "lcm(int8, int8) int8",
        (Long a, Long b) -> a == 0 || b == 0 ? 0L : longAbs(multiply(a / gcd(a, b), b)));
  }

  private static void defineBits(Definitions to) {
    for (String type : List.of("int2", "int4")) {
      defineBit(to, "&", type, (a, b) -> a & b);
      defineBit(to, "|", type, (a, b) -> a | b);
      defineBit(to, "#", type, (a, b) -> a ^ b);
      to.add("~(" + type + ") " + type, (Integer a) -> ~a);
    }
    defineLongBit(to, "&", (a, b) -> a & b);
    defineLongBit(to, "|", (a, b) -> a | b);
    defineLongBit(to, "#", (a, b) -> a ^ b);
    to.add("~(int8) int8", (Long a) -> ~a);
    to.add("<<(int2, int4) int2", (Integer a, Integer b) -> (int) (short) (a << b));
    to.add(">>(int2, int4) int2", (Integer a, Integer b) -> a >> b);
    to.add("<<(int4, int4) int4", (Integer a, Integer b) -> a << b);
    to.add(">>(int4, int4) int4", (Integer a, Integer b) -> a >> b);
    to.add("<<(int8, int4) int8", (Long a, Integer b) -> a << b);
    to.add(">>(int8, int4) int8", (Long a, Integer b) -> a >> b);
  }

  private static void defineBit(
      Definitions to, String symbol, String type, IntBinaryOperator operator) {
    to.add(
        symbol + "(" + type + ", " + type + ") " + type,
        (Integer a, Integer b) -> operator.applyAsInt(a, b));
  }

  private static void defineLongBit(Definitions to, String symbol, LongBinaryOperator operator) {
    to.add(symbol + "(int8, int8) int8", (Long a, Long b) -> operator.applyAsLong(a, b));
  }

  private static int integer(long value) {
    return MathErrors.integer(value);
  }

  private static int divide(int a, int b) {
    return integer((long) a / MathErrors.divisor(b));
  }

  private static int remainder(int a, int b) {
    return (int) ((long) a % MathErrors.divisor(b));
  }

  static long add(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      throw MathErrors.outOfRange("bigint");
    }
    return sum;
  }

  private static long subtract(long a, long b) {
    long difference = a - b;
    if (((a ^ b) & (a ^ difference)) < 0) {
      throw MathErrors.outOfRange("bigint");
    }
    return difference;
  }

  private static long multiply(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    if (high != low >> 63) {
      throw MathErrors.outOfRange("bigint");
    }
    return low;
  }

  private static long divide(long a, long b) {
    return b == -1 ? subtract(0, a) : a / MathErrors.divisor(b);
  }

  private static long remainder(long a, long b) {
    return b == -1 ? 0 : a % MathErrors.divisor(b);
  }

  private static long gcd(long a, long b) {
    long x = a;
    long y = b;
    while (y != 0) {
      long rest = y == -1 ? 0 : x % y;
      x = y;
      y = rest;
    }
    return x == Long.MIN_VALUE ? x : Math.abs(x);
  }

  private static long lcm(long a, long b) {
    return a == 0 || b == 0 ? 0 : Math.abs(a / gcd(a, b) * b);
  }

  private static long longAbs(long value) {
    return value < 0 ? subtract(0, value) : value;
  }
}
