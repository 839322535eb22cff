package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.time.CivilDate;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** extract, whose results are numeric, and date_part, the same as double precision. */
public final class Extraction {
  private static final int UNIX_EPOCH_JULIAN = 2_451_545;

  private Extraction() {}

  public static void define(Definitions to) {
    both(to, "timestamp", "", (Long at, EvalContext c) -> new OfTimestamp(at, at, null));
    both(
        to,
        "timestamptz",
        " stable",
        (Long at, EvalContext c) -> {
          long local = TimeUnits.isInfinite(at) ? at : TimeZones.toLocal(at, c.timeZone());
          int west = TimeUnits.isInfinite(at) ? 0 : TimeZones.secondsWest(at, c.timeZone());
          return new OfTimestamp(local, at, west);
        });
    both(to, "interval", "", (Interval span, EvalContext c) -> new OfInterval(span));
    both(to, "time", "", (Long time, EvalContext c) -> new OfTime(time, null));
    both(
        to,
        "timetz",
        "",
        (TimeTz time, EvalContext c) -> new OfTime(time.micros(), time.secondsWest()));
    to.addAsking(
        "extract(text, date) numeric",
        (String field, Integer date, EvalContext c) -> ofDate(field, date));
    to.addAsking(
        "date_part(text, date) float8",
        (String field, Integer date, EvalContext c) -> toDouble(ofDate(field, date)));
  }

  /** Something that fields can be taken from. */
  sealed interface Source {
    /** Null for NULL; an exception when the type has no such field. */
    @Nullable Numeric field(TimeField field, String name);

    String typeName();
  }

  private static <T> void both(
      Definitions to, String type, String words, BiFunction<T, EvalContext, Source> source) {
    to.addAsking(
        "extract(text, " + type + ") numeric" + words,
        (String field, T value, EvalContext c) -> extract(field, source.apply(value, c)));
    to.addAsking(
        "date_part(text, " + type + ") float8" + words,
        (String field, T value, EvalContext c) -> toDouble(extract(field, source.apply(value, c))));
  }

  private static @Nullable Double toDouble(@Nullable Numeric value) {
    return value == null ? null : (Double) value.toDouble();
  }

  private static @Nullable Numeric extract(String name, Source source) {
    TimeField field = TimeField.find(name);
    if (field == null) {
      throw unknown(name, source.typeName());
    }
    return source.field(field, name);
  }

  static SqlException unknown(String name, String typeName) {
    return SqlException.of(
        SqlState.INVALID_PARAMETER_VALUE,
        "unit \"%s\" not recognized for type %s",
        name.toLowerCase(Locale.ROOT),
        typeName);
  }

  static SqlException unsupported(String name, String typeName) {
    return SqlException.of(
        SqlState.FEATURE_NOT_SUPPORTED,
        "unit \"%s\" not supported for type %s",
        name.toLowerCase(Locale.ROOT),
        typeName);
  }

  private static @Nullable Numeric ofDate(String name, int date) {
    TimeField field = TimeField.find(name);
    if (field == null) {
      throw unknown(name, "date");
    }
    if (field.compareTo(TimeField.DAY) < 0) {
      throw unsupported(name, "date");
    }
    if (field == TimeField.TIMEZONE
        || field == TimeField.TIMEZONE_HOUR
        || field == TimeField.TIMEZONE_MINUTE) {
      throw unsupported(name, "date");
    }
    if (field == TimeField.JULIAN && !TimeUnits.isInfinite(date)) {
      return Numeric.of((long) date + UNIX_EPOCH_JULIAN);
    }
    if (field == TimeField.EPOCH && !TimeUnits.isInfinite(date)) {
      return Numeric.of((date + (long) TimeUnits.EPOCH_DAYS) * TimeUnits.SECONDS_PER_DAY);
    }
    long midnight =
        TimeUnits.isInfinite(date) ? Moments.ofDate(date) : date * Moments.MICROS_PER_DAY;
    return extract(name, new OfTimestamp(midnight, midnight, null));
  }

  /**
   * @param utc the same as local when there is no zone
   */
  private record OfTimestamp(long local, long utc, @Nullable Integer secondsWest)
      implements Source {
    @Override
    public String typeName() {
      return secondsWest == null ? "timestamp without time zone" : "timestamp with time zone";
    }

    @Override
    public @Nullable Numeric field(TimeField field, String name) {
      if (TimeUnits.isInfinite(local)) {
        if (!field.isMonotonic()) {
          return null;
        }
        return local > 0 ? Numeric.POSITIVE_INFINITY : Numeric.NEGATIVE_INFINITY;
      }
      if (field.compareTo(TimeField.DAY) < 0) {
        return clock(field, Moments.timeOfDay(local));
      }
      return switch (field) {
        case EPOCH ->
            Numeric.of(utc, 6)
                .add(Numeric.of((long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY));
        case JULIAN -> julian();
        case TIMEZONE, TIMEZONE_HOUR, TIMEZONE_MINUTE -> zone(field, name);
        case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR -> throw unreachable(field);
        case DAY,
            WEEK,
            MONTH,
            QUARTER,
            YEAR,
            DECADE,
            CENTURY,
            MILLENNIUM,
            DOW,
            ISODOW,
            DOY,
            ISOYEAR ->
            Numeric.of(Calendar.field(field, Moments.date(local)));
      };
    }

    private Numeric julian() {
      Numeric days = Numeric.of((long) Moments.date(local) + UNIX_EPOCH_JULIAN);
      long time = Moments.timeOfDay(local);
      return time == 0
          ? days
          : days.add(Numeric.of(time).divide(Numeric.of(TimeUnits.MICROS_PER_DAY)));
    }

    private Numeric zone(TimeField field, String name) {
      if (secondsWest == null) {
        throw unsupported(name, typeName());
      }
      return offset(field, secondsWest);
    }
  }

  private static IllegalStateException unreachable(TimeField field) {
    return new IllegalStateException(field + " belongs to the clock");
  }

  private static Numeric offset(TimeField field, int secondsWest) {
    int east = -secondsWest;
    if (field == TimeField.TIMEZONE) {
      return Numeric.of(east);
    }
    return Numeric.of(field == TimeField.TIMEZONE_HOUR ? east / 3600 : east / 60 % 60);
  }

  private static Numeric clock(TimeField field, long time) {
    long inMinute = time % TimeUnits.MICROS_PER_MINUTE;
    return switch (field) {
      case MICROSECONDS -> Numeric.of(inMinute);
      case MILLISECONDS -> Numeric.of(inMinute, 3);
      case SECOND -> Numeric.of(inMinute, 6);
      case MINUTE -> Numeric.of(time / TimeUnits.MICROS_PER_MINUTE % 60);
      default -> Numeric.of(time / TimeUnits.MICROS_PER_HOUR);
    };
  }

  private record OfTime(long time, @Nullable Integer secondsWest) implements Source {
    @Override
    public String typeName() {
      return secondsWest == null ? "time without time zone" : "time with time zone";
    }

    @Override
    public Numeric field(TimeField field, String name) {
      Integer west = secondsWest;
      if (field.compareTo(TimeField.DAY) < 0) {
        return clock(field, time);
      }
      if (field == TimeField.EPOCH) {
        long offset = west == null ? 0 : west * TimeUnits.MICROS_PER_SECOND;
        return Numeric.of(time + offset, 6);
      }
      boolean zone = field.compareTo(TimeField.TIMEZONE) >= 0;
      if (!zone || west == null) {
        throw unsupported(name, typeName());
      }
      return offset(field, west);
    }
  }

  private record OfInterval(Interval span) implements Source {
    private static final long SECONDS_PER_YEAR = 31_557_600;

    @Override
    public String typeName() {
      return "interval";
    }

    @Override
    public Numeric field(TimeField field, String name) {
      int years = span.months() / 12;
      if (field.compareTo(TimeField.DAY) < 0) {
        return clock(field, span.micros());
      }
      return switch (field) {
        case DAY -> Numeric.of(span.days());
        case MONTH -> Numeric.of(span.months() % 12);
        case QUARTER -> Numeric.of(span.months() % 12 / 3 + 1);
        case YEAR -> Numeric.of(years);
        case DECADE -> Numeric.of(years / 10);
        case CENTURY -> Numeric.of(years / 100);
        case MILLENNIUM -> Numeric.of(years / 1000);
        case EPOCH -> epoch(years);
        default -> throw unsupported(name, typeName());
      };
    }

    /** A year has 365.25 days here, and a month that is left 30. */
    private Numeric epoch(int years) {
      long seconds =
          years * SECONDS_PER_YEAR
              + (span.months() % 12 * 30L + span.days()) * TimeUnits.SECONDS_PER_DAY;
      return Numeric.of(seconds).add(Numeric.of(span.micros(), 6));
    }
  }

  /** Fields of dates, by the rules of ISO 8601 for weeks. */
  static final class Calendar {
    private Calendar() {}

    static long field(TimeField field, int days) {
      CivilDate date = CivilDate.of(days);
      int year = date.year();
      return switch (field) {
        case DAY -> date.day();
        case MONTH -> date.month();
        case QUARTER -> (date.month() - 1) / 3 + 1;
        case YEAR -> year > 0 ? year : year - 1;
        case DECADE -> Math.floorDiv(year, 10);
        case CENTURY -> ordinal(year, 100);
        case MILLENNIUM -> ordinal(year, 1000);
        case DOW -> CivilDate.dayOfWeek(days);
        case ISODOW -> Weeks.dayOfWeek(days);
        case DOY -> date.dayOfYear();
        case WEEK -> Weeks.week(days);
        case ISOYEAR -> {
          int iso = Weeks.year(days);
          yield iso > 0 ? iso : iso - 1;
        }
        default -> throw new IllegalArgumentException(field + " is no field of a date");
      };
    }

    /** Years 1 to 100 are the first century; there is no century 0. */
    private static int ordinal(int year, int length) {
      return year > 0 ? (year + length - 1) / length : -((length - 1 - (year - 1)) / length);
    }
  }
}
