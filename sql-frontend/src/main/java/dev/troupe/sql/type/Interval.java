package dev.troupe.sql.type;

import java.math.BigInteger;

/**
 * A span of time in three parts that are not converted into each other, because months and days
 * differ in length. Equality of the record compares the parts; SQL's equality ({@link #compareTo})
 * takes a month for 30 days and a day for 24 hours, so that {@code 30 days = 1 month}.
 */
public record Interval(int months, int days, long micros) implements Comparable<Interval> {
  public static final Interval ZERO = new Interval(0, 0, 0);
  public static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final int DAYS_PER_MONTH = 30;

  /** Whole days of the estimated length, rounded down. */
  public long wholeDays() {
    return (long) months * DAYS_PER_MONTH + days + Math.floorDiv(micros, MICROS_PER_DAY);
  }

  /** What is left of the estimated length after the whole days; not negative. */
  public long microsOfDay() {
    return Math.floorMod(micros, MICROS_PER_DAY);
  }

  /** By estimated length. Not consistent with equals. */
  @Override
  public int compareTo(Interval other) {
    int byDays = Long.compare(wholeDays(), other.wholeDays());
    return byDays != 0 ? byDays : Long.compare(microsOfDay(), other.microsOfDay());
  }

  /** The same for all intervals that compare as equal. */
  public int lengthHash() {
    return Long.hashCode(wholeDays() * 31 + microsOfDay());
  }

  /** The estimated length in microseconds, which can exceed 64 bits. */
  public BigInteger estimatedMicros() {
    return BigInteger.valueOf(wholeDays())
        .multiply(BigInteger.valueOf(MICROS_PER_DAY))
        .add(BigInteger.valueOf(microsOfDay()));
  }

  public int signum() {
    return compareTo(ZERO);
  }
}
