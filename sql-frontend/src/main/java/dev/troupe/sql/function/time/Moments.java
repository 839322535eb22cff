package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.time.CivilDate;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.time.ZoneId;

/**
 * Steps on the scales of dates and timestamps. A timestamp without zone counts the microseconds of
 * a local clock, one with zone those of UTC. Infinite ones stay infinite.
 */
public final class Moments {
  static final long MICROS_PER_DAY = TimeUnits.MICROS_PER_DAY;

  private Moments() {}

  public static long checked(long micros) {
    if (!TimeUnits.isTimestamp(micros)) {
      throw TimeUnits.timestampOutOfRange();
    }
    return micros;
  }

  public static int checkedDate(long days) {
    if (days < TimeUnits.DATE_MIN || days > TimeUnits.DATE_MAX) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range");
    }
    return (int) days;
  }

  /** Midnight of a date. */
  static long ofDate(int date) {
    if (TimeUnits.isInfinite(date)) {
      return date > 0 ? TimeUnits.INFINITY : TimeUnits.MINUS_INFINITY;
    }
    if (date >= TimeUnits.TIMESTAMP_END / MICROS_PER_DAY) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range for timestamp");
    }
    return date * MICROS_PER_DAY;
  }

  /** The moment when a local clock shows this. */
  public static long toUtc(long local, ZoneId zone) {
    return TimeUnits.isInfinite(local) ? local : checked(TimeZones.toUtc(local, zone));
  }

  static long toLocal(long utc, ZoneId zone) {
    return TimeUnits.isInfinite(utc) ? utc : checked(TimeZones.toLocal(utc, zone));
  }

  /** Date on a local clock; of an infinite timestamp, the infinite date. */
  public static int date(long local) {
    if (TimeUnits.isInfinite(local)) {
      return local > 0 ? TimeUnits.DATE_INFINITY : TimeUnits.DATE_MINUS_INFINITY;
    }
    return (int) Math.floorDiv(local, MICROS_PER_DAY);
  }

  public static long timeOfDay(long local) {
    return Math.floorMod(local, MICROS_PER_DAY);
  }

  /** Months first, then days, then the time: each of them leaves the smaller parts alone. */
  public static long plus(long local, Interval span) {
    if (TimeUnits.isInfinite(local)) {
      return local;
    }
    long moved = plusDays(plusMonths(local, span.months()), span.days());
    return plusMicros(moved, span.micros());
  }

  /** Same for timestamps with zone: months and days are those of the local clock. */
  public static long plus(long utc, Interval span, ZoneId zone) {
    if (TimeUnits.isInfinite(utc)) {
      return utc;
    }
    long moved = utc;
    if (span.months() != 0) {
      moved = toUtc(plusMonths(toLocal(moved, zone), span.months()), zone);
    }
    if (span.days() != 0) {
      moved = toUtc(plusDays(toLocal(moved, zone), span.days()), zone);
    }
    return plusMicros(moved, span.micros());
  }

  private static long plusMonths(long local, int months) {
    if (months == 0) {
      return local;
    }
    long days = Math.floorDiv(local, MICROS_PER_DAY);
    long moved = CivilDate.of(days).plusMonths(months).days();
    return plusDays(timeOfDay(local), moved);
  }

  private static long plusDays(long local, long days) {
    try {
      return checked(Math.addExact(local, Math.multiplyExact(days, MICROS_PER_DAY)));
    } catch (ArithmeticException overflow) {
      throw TimeUnits.timestampOutOfRange();
    }
  }

  private static long plusMicros(long moment, long micros) {
    try {
      return checked(Math.addExact(moment, micros));
    } catch (ArithmeticException overflow) {
      throw TimeUnits.timestampOutOfRange();
    }
  }

  /** Days and time between two timestamps. */
  static Interval between(long later, long earlier) {
    if (TimeUnits.isInfinite(later) || TimeUnits.isInfinite(earlier)) {
      throw new SqlException(
          SqlState.DATETIME_FIELD_OVERFLOW, "cannot subtract infinite timestamps");
    }
    try {
      return IntervalMath.justifyHours(new Interval(0, 0, Math.subtractExact(later, earlier)));
    } catch (ArithmeticException overflow) {
      throw IntervalMath.outOfRange();
    }
  }

  /** Years, months, days and time between two local timestamps, as people count an age. */
  static Interval age(long end, long start) {
    if (TimeUnits.isInfinite(end) || TimeUnits.isInfinite(start)) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range");
    }
    boolean negative = end < start;
    long late = negative ? start : end;
    long early = negative ? end : start;
    CivilDate to = CivilDate.of(Math.floorDiv(late, MICROS_PER_DAY));
    CivilDate from = CivilDate.of(Math.floorDiv(early, MICROS_PER_DAY));
    long time = timeOfDay(late) - timeOfDay(early);
    int days = to.day() - from.day();
    int months = (to.year() - from.year()) * 12 + to.month() - from.month();
    if (time < 0) {
      time += MICROS_PER_DAY;
      days--;
    }
    if (days < 0) {
      // Borrowed from the month in which the earlier date lies.
      days += CivilDate.daysOfMonth(from.year(), from.month());
      months--;
    }
    return negative ? new Interval(-months, -days, -time) : new Interval(months, days, time);
  }
}
