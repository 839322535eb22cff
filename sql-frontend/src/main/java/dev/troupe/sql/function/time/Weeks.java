package dev.troupe.sql.function.time;

import dev.troupe.sql.type.time.CivilDate;

/**
 * Weeks as ISO 8601 numbers them: they begin on Monday and belong to the year of their Thursday.
 */
public final class Weeks {
  private Weeks() {}

  /** 1 for Monday to 7 for Sunday. */
  public static int dayOfWeek(int days) {
    int day = CivilDate.dayOfWeek(days);
    return day == 0 ? 7 : day;
  }

  public static int year(int days) {
    return CivilDate.of(thursday(days)).year();
  }

  public static int week(int days) {
    return (CivilDate.of(thursday(days)).dayOfYear() - 1) / 7 + 1;
  }

  private static long thursday(int days) {
    return days - dayOfWeek(days) + 4L;
  }

  /** The Monday of the first week of a year. */
  public static long firstMonday(int year) {
    long fourth = CivilDate.days(year, 1, 4);
    return fourth - dayOfWeek((int) fourth) + 1;
  }
}
