package dev.troupe.sql.function.math;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Checks of results, with PostgreSQL's messages. */
public final class MathErrors {
  private MathErrors() {}

  /**
   * @param type as SQL names it
   */
  public static SqlException outOfRange(String type) {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type + " out of range");
  }

  static int small(int value) {
    if (value != (short) value) {
      throw outOfRange("smallint");
    }
    return value;
  }

  static int integer(long value) {
    if (value != (int) value) {
      throw outOfRange("integer");
    }
    return (int) value;
  }

  static long divisor(long value) {
    if (value == 0) {
      throw divisionByZero();
    }
    return value;
  }

  static SqlException divisionByZero() {
    return new SqlException(SqlState.DIVISION_BY_ZERO, "division by zero");
  }

  public static SqlException overflow() {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
  }

  static SqlException underflow() {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow");
  }

  /** A result that became infinite although no operand was. */
  static double finite(double result, double a, double b) {
    if (Double.isInfinite(result) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
      throw overflow();
    }
    return result;
  }

  /** A result that became infinite although no operand was. */
  static float finite(float result, float a, float b) {
    if (Float.isInfinite(result) && !Float.isInfinite(a) && !Float.isInfinite(b)) {
      throw overflow();
    }
    return result;
  }

  static SqlException inputOutOfRange() {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "input is out of range");
  }
}
