package dev.troupe.sql.function.system;

import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Numeric;
import java.math.BigInteger;

/** pg_size_pretty and pg_size_bytes: sizes as people write them. */
public final class SizeFunctions {
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};

  private SizeFunctions() {}

  public static void define(Definitions to) {
    to.add("pg_size_pretty(int8) text", (Long size) -> pretty(BigInteger.valueOf(size)));
    to.add(
        "pg_size_pretty(numeric) text",
        (Numeric size) -> size.scale() > 0 ? prettyFraction(size) : pretty(whole(size)));
  }

  private static BigInteger whole(Numeric size) {
    return size.decimal().toBigInteger();
  }

  /** Bytes keep their fraction; larger units do not show any. */
  private static String prettyFraction(Numeric size) {
    BigInteger bytes = whole(size);
    return bytes.abs().compareTo(BigInteger.valueOf(10_240)) < 0 ? size + " bytes" : pretty(bytes);
  }

  /** A unit is used for what is 10 of it at least; below 20480 of the next one, half is rounded. */
  private static String pretty(BigInteger size) {
    BigInteger limit = BigInteger.valueOf(10_240);
    if (size.abs().compareTo(limit) < 0) {
      return size + " bytes";
    }
    // One bit more than shown is kept for rounding.
    BigInteger doubled = size.shiftRight(9);
    if (size.signum() < 0) {
      doubled = size.negate().shiftRight(9).negate();
    }
    int unit = 1;
    BigInteger doubledLimit = BigInteger.valueOf(2 * 10_240 - 1);
    while (unit < UNITS.length - 1 && doubled.abs().compareTo(doubledLimit) >= 0) {
      doubled = doubled.divide(BigInteger.valueOf(1024));
      unit++;
    }
    BigInteger rounded = doubled.add(BigInteger.valueOf(doubled.signum())).divide(BigInteger.TWO);
    return rounded + " " + UNITS[unit];
  }
}
