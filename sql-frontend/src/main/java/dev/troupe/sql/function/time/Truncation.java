package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.time.CivilDate;
import dev.troupe.sql.type.time.TimeUnits;
import java.time.ZoneId;

/** date_trunc and date_bin. */
public final class Truncation {
  private Truncation() {}

  public static void define(Definitions to) {
    to.add(
        "date_trunc(text, timestamp) timestamp",
        (String field, Long at) -> truncate(field, at, "timestamp without time zone"));
    to.addAsking(
        "date_trunc(text, timestamptz) timestamptz stable",
        (String field, Long at, EvalContext c) -> truncate(field, at, c.timeZone()));
    to.add(
        "date_trunc(text, timestamptz, text) timestamptz",
        (String field, Long at, String zone) -> truncate(field, at, ZoneNames.find(zone)));
    to.add("date_trunc(text, interval) interval", (String field, Interval s) -> truncate(field, s));
    to.add(
        "date_bin(interval, timestamp, timestamp) timestamp",
        (Interval stride, Long at, Long origin) -> bin(stride, at, origin));
    to.add(
        "date_bin(interval, timestamptz, timestamptz) timestamptz",
        (Interval stride, Long at, Long origin) -> bin(stride, at, origin));
  }

  private static TimeField field(String name, String typeName) {
    TimeField field = TimeField.find(name);
    if (field == null || field.compareTo(TimeField.MILLENNIUM) > 0) {
      throw Extraction.unknown(name, typeName);
    }
    return field;
  }

  private static long truncate(String name, long at, ZoneId zone) {
    String type = "timestamp with time zone";
    TimeField field = field(name, type);
    if (TimeUnits.isInfinite(at)) {
      return at;
    }
    if (field.compareTo(TimeField.HOUR) < 0) {
      return truncate(name, at, type);
    }
    return Moments.toUtc(truncate(name, Moments.toLocal(at, zone), type), zone);
  }

  private static long truncate(String name, long local, String typeName) {
    TimeField field = field(name, typeName);
    if (TimeUnits.isInfinite(local)) {
      return local;
    }
    long unit = clockUnit(field);
    if (unit > 0) {
      return local - Math.floorMod(local, unit);
    }
    int days = Moments.date(local);
    return date(field, days, name, typeName) * TimeUnits.MICROS_PER_DAY;
  }

  /** 0 for what is longer than a day. */
  private static long clockUnit(TimeField field) {
    return switch (field) {
      case MICROSECONDS -> 1;
      case MILLISECONDS -> 1000;
      case SECOND -> TimeUnits.MICROS_PER_SECOND;
      case MINUTE -> TimeUnits.MICROS_PER_MINUTE;
      case HOUR -> TimeUnits.MICROS_PER_HOUR;
      case DAY -> TimeUnits.MICROS_PER_DAY;
      default -> 0;
    };
  }

  private static long date(TimeField field, int days, String name, String typeName) {
    CivilDate date = CivilDate.of(days);
    int year = date.year();
    return switch (field) {
      case WEEK -> days - Weeks.dayOfWeek(days) + 1L;
      case MONTH -> CivilDate.days(year, date.month(), 1);
      case QUARTER -> CivilDate.days(year, (date.month() - 1) / 3 * 3 + 1, 1);
      case YEAR -> CivilDate.days(year, 1, 1);
      case DECADE -> CivilDate.days(Math.floorDiv(year, 10) * 10, 1, 1);
      case CENTURY -> CivilDate.days(Math.floorDiv(year - 1, 100) * 100 + 1, 1, 1);
      case MILLENNIUM -> CivilDate.days(Math.floorDiv(year - 1, 1000) * 1000 + 1, 1, 1);
      default -> throw Extraction.unsupported(name, typeName);
    };
  }

  private static Interval truncate(String name, Interval span) {
    TimeField field = field(name, "interval");
    long unit = clockUnit(field);
    if (field == TimeField.DAY) {
      return new Interval(span.months(), span.days(), 0);
    }
    if (unit > 0) {
      return new Interval(span.months(), span.days(), span.micros() / unit * unit);
    }
    int months =
        switch (field) {
          case MONTH -> 1;
          case QUARTER -> 3;
          case YEAR -> 12;
          case DECADE -> 120;
          case CENTURY -> 1200;
          case MILLENNIUM -> 12_000;
          case WEEK ->
              throw Extraction.unsupported(name, "interval")
                  .withDetail("Months usually have fractional weeks.");
          default -> throw Extraction.unsupported(name, "interval");
        };
    return new Interval(span.months() / months * months, 0, 0);
  }

  private static long bin(Interval stride, long at, long origin) {
    if (TimeUnits.isInfinite(at)) {
      return at;
    }
    if (TimeUnits.isInfinite(origin)) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "origin out of range");
    }
    if (stride.months() != 0) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "timestamps cannot be binned into intervals containing months or years");
    }
    long length;
    long distance;
    try {
      length =
          Math.addExact(
              Math.multiplyExact(stride.days(), TimeUnits.MICROS_PER_DAY), stride.micros());
      distance = Math.subtractExact(at, origin);
    } catch (ArithmeticException overflow) {
      throw IntervalMath.outOfRange();
    }
    if (length <= 0) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "stride must be greater than zero");
    }
    return Moments.checked(origin + Math.floorDiv(distance, length) * length);
  }
}
