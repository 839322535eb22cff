package dev.troupe.sql.type.time;

import java.time.LocalDate;

/**
 * A date of the Gregorian calendar, which is used for all times.
 *
 * @param year astronomical: 0 is 1 BC
 */
public record CivilDate(int year, int month, int day) {
  private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /**
   * @param days since 2000-01-01
   */
  public static CivilDate of(long days) {
    LocalDate date = LocalDate.ofEpochDay(days + TimeUnits.EPOCH_DAYS);
    return new CivilDate(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }

  /** Days since 2000-01-01. The fields must be a date. */
  public static long days(int year, int month, int day) {
    return LocalDate.of(year, month, day).toEpochDay() - TimeUnits.EPOCH_DAYS;
  }

  /** Days since 2000-01-01. */
  public long days() {
    return days(year, month, day);
  }

  public static int daysOfMonth(int year, int month) {
    return month == 2 && isLeap(year) ? 29 : DAYS_OF_MONTH[month - 1];
  }

  static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  /** Adds months and stays within the month that is reached. */
  public CivilDate plusMonths(long months) {
    long sum = year * 12L + (month - 1) + months;
    int newYear = Math.toIntExact(Math.floorDiv(sum, 12L));
    int newMonth = (int) Math.floorMod(sum, 12L) + 1;
    return new CivilDate(newYear, newMonth, Math.min(day, daysOfMonth(newYear, newMonth)));
  }

  /** Day of the week, 0 for Sunday. */
  public static int dayOfWeek(long days) {
    // 2000-01-01 was a Saturday.
    return (int) Math.floorMod(days + 6, 7L);
  }

  /** Number of the day in its year, from 1. */
  public int dayOfYear() {
    return (int) (days() - days(year, 1, 1)) + 1;
  }
}
