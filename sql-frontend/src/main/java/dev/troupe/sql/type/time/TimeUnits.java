package dev.troupe.sql.type.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** Numbers that dates and times are made of, their limits, and the errors of leaving them. */
public final class TimeUnits {
  public static final long MICROS_PER_SECOND = 1_000_000L;
  public static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
  public static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
  public static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
  public static final int MONTHS_PER_YEAR = 12;
  public static final int DAYS_PER_MONTH = 30;
  public static final int SECONDS_PER_DAY = 86_400;

  /** Days from 1970-01-01 to 2000-01-01, where SQL's days begin. */
  public static final int EPOCH_DAYS = 10_957;

  /** 4713-11-24 BC, day 0 of the Julian calendar. */
  public static final int DATE_MIN = -2_451_545;

  /** 5874897-12-31. */
  public static final int DATE_MAX = 2_145_031_948;

  /** 4713-11-24 BC. */
  public static final long TIMESTAMP_MIN = DATE_MIN * MICROS_PER_DAY;

  /** Begin of the year 294277, which is the first moment that is too late. */
  public static final long TIMESTAMP_END = 9_223_371_331_200_000_000L;

  public static final int DATE_INFINITY = Integer.MAX_VALUE;
  public static final int DATE_MINUS_INFINITY = Integer.MIN_VALUE;
  public static final long INFINITY = Long.MAX_VALUE;
  public static final long MINUS_INFINITY = Long.MIN_VALUE;

  private TimeUnits() {}

  public static boolean isInfinite(int date) {
    return date == DATE_INFINITY || date == DATE_MINUS_INFINITY;
  }

  public static boolean isInfinite(long timestamp) {
    return timestamp == INFINITY || timestamp == MINUS_INFINITY;
  }

  public static boolean isTimestamp(long micros) {
    return micros >= TIMESTAMP_MIN && micros < TIMESTAMP_END;
  }

  public static SqlException timestampOutOfRange() {
    return new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range");
  }

  public static SqlException intervalOutOfRange() {
    return new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
  }

  /** Rounds microseconds to so many digits of a second, half away from zero. */
  public static long roundToDigits(long micros, int digits) {
    if (digits < 0 || digits >= 6) {
      return micros;
    }
    long unit = 1;
    for (int i = digits; i < 6; i++) {
      unit *= 10;
    }
    long half = unit / 2;
    long rest = micros % unit;
    long down = micros - rest;
    if (rest >= half) {
      return down + unit;
    }
    return rest <= -half ? down - unit : down;
  }
}
