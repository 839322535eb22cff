package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.time.CivilDate;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The present time, ages, and dates and times made of their fields. */
public final class TimeFunctions {
  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss.SSSSSS yyyy zzz", Locale.ENGLISH);

  private TimeFunctions() {}

  public static void define(Definitions to) {
    definePresent(to);
    defineSyntax(to);
    defineAges(to);
    defineMade(to);
    defineFinite(to);
    TimeComparisons.define(to);
    TimeOperators.define(to);
    Extraction.define(to);
    Truncation.define(to);
    ZoneNames.define(to);
  }

  private static void definePresent(Definitions to) {
    to.addAsking("now() timestamptz stable", EvalContext::transactionMicros);
    to.addAsking("transaction_timestamp() timestamptz stable", EvalContext::transactionMicros);
    to.addAsking("statement_timestamp() timestamptz stable", EvalContext::statementMicros);
    to.addAsking("clock_timestamp() timestamptz volatile", EvalContext::clockMicros);
    to.addAsking("timeofday() text volatile", TimeFunctions::timeOfDay);
  }

  private static String timeOfDay(EvalContext context) {
    long micros = context.clockMicros();
    long seconds = Math.floorDiv(micros, TimeUnits.MICROS_PER_SECOND);
    java.time.Instant moment =
        java.time.Instant.ofEpochSecond(
            seconds + (long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY,
            Math.floorMod(micros, TimeUnits.MICROS_PER_SECOND) * 1000);
    return TIME_OF_DAY.format(ZonedDateTime.ofInstant(moment, context.timeZone()));
  }

  /** CURRENT_DATE and its kin are words of the grammar; with a precision where SQL has one. */
  private static void defineSyntax(Definitions to) {
    to.addAsking("current_date() date stable", c -> Moments.date(local(c)));
    to.addAsking("current_timestamp() timestamptz stable", EvalContext::transactionMicros);
    to.addAsking(
        "current_timestamp(int4) timestamptz stable",
        (Integer digits, EvalContext c) -> rounded(c.transactionMicros(), digits));
    to.addAsking("localtimestamp() timestamp stable", c -> local(c));
    to.addAsking(
        "localtimestamp(int4) timestamp stable",
        (Integer digits, EvalContext c) -> rounded(local(c), digits));
    to.addAsking("localtime() time stable", c -> Moments.timeOfDay(local(c)));
    to.addAsking(
        "localtime(int4) time stable",
        (Integer digits, EvalContext c) -> rounded(Moments.timeOfDay(local(c)), digits));
    to.addAsking("current_time() timetz stable", c -> currentTime(c, 6));
    to.addAsking(
        "current_time(int4) timetz stable",
        (Integer digits, EvalContext c) -> currentTime(c, digits));
  }

  private static long local(EvalContext context) {
    return TimeZones.toLocal(context.transactionMicros(), context.timeZone());
  }

  private static long rounded(long micros, int digits) {
    return TimeUnits.roundToDigits(micros, digits);
  }

  private static TimeTz currentTime(EvalContext context, int digits) {
    int west = TimeZones.secondsWest(context.transactionMicros(), context.timeZone());
    return new TimeTz(rounded(Moments.timeOfDay(local(context)), digits), west);
  }

  private static void defineAges(Definitions to) {
    to.add("age(timestamp, timestamp) interval", (Long end, Long start) -> Moments.age(end, start));
    to.addAsking(
        "age(timestamptz, timestamptz) interval stable",
        (Long end, Long start, EvalContext c) ->
            Moments.age(Moments.toLocal(end, c.timeZone()), Moments.toLocal(start, c.timeZone())));
    to.addAsking(
        "age(timestamp) interval stable",
        (Long start, EvalContext c) -> Moments.age(midnight(c), start));
    to.addAsking(
        "age(timestamptz) interval stable",
        (Long start, EvalContext c) ->
            Moments.age(midnight(c), Moments.toLocal(start, c.timeZone())));
  }

  private static long midnight(EvalContext context) {
    return Moments.ofDate(Moments.date(local(context)));
  }

  private static void defineFinite(Definitions to) {
    to.add("isfinite(date) bool", (Integer date) -> !TimeUnits.isInfinite(date));
    to.add("isfinite(timestamp) bool", (Long at) -> !TimeUnits.isInfinite(at));
    to.add("isfinite(timestamptz) bool", (Long at) -> !TimeUnits.isInfinite(at));
    to.add("isfinite(interval) bool", (Interval span) -> true);
  }

  private static void defineMade(Definitions to) {
    to.add(
        "make_date(year int4, month int4, day int4) date",
        (Integer year, Integer month, Integer day) -> date(year, month, day));
    to.add(
        "make_time(hour int4, min int4, sec float8) time",
        (Integer hour, Integer minute, Double second) -> time(hour, minute, second));
    String fields = "(year int4, month int4, mday int4, hour int4, min int4, sec float8";
    to.addMany("make_timestamp" + fields + ") timestamp", (a, c) -> timestamp(a));
    to.addMany(
        "make_timestamptz" + fields + ") timestamptz stable",
        (a, c) -> Moments.toUtc(timestamp(a), c.timeZone()));
    to.addMany(
        "make_timestamptz" + fields + ", timezone text) timestamptz stable",
        (a, c) -> Moments.toUtc(timestamp(a), zone(a[6])));
    to.addMany(
        "make_interval(years int4 = 0, months int4 = 0, weeks int4 = 0, days int4 = 0,"
            + " hours int4 = 0, mins int4 = 0, secs float8 = 0.0) interval",
        (a, c) -> interval(a));
    to.add("to_timestamp(float8) timestamptz", (Double seconds) -> ofEpoch(seconds));
  }

  private static ZoneId zone(@Nullable Object name) {
    return ZoneNames.find((String) Objects.requireNonNull(name));
  }

  private static int integer(@Nullable Object[] arguments, int index) {
    return (Integer) Objects.requireNonNull(arguments[index]);
  }

  private static int date(int year, int month, int day) {
    boolean valid =
        year != 0
            && month >= 1
            && month <= 12
            && day >= 1
            && Math.abs((long) year) < 6_000_000
            && day <= CivilDate.daysOfMonth(year < 0 ? year + 1 : year, month);
    if (!valid) {
      throw SqlException.of(
          SqlState.DATETIME_FIELD_OVERFLOW,
          "date field value out of range: %d-%02d-%02d",
          year,
          month,
          day);
    }
    return Moments.checkedDate(CivilDate.days(year < 0 ? year + 1 : year, month, day));
  }

  private static long time(int hour, int minute, double second) {
    double micros = Math.rint(second * 1e6);
    boolean valid =
        hour >= 0
            && minute >= 0
            && minute < 60
            && second >= 0
            && micros <= 60e6
            && (hour < 24 || (hour == 24 && minute == 0 && micros == 0));
    if (!valid) {
      throw SqlException.of(
          SqlState.DATETIME_FIELD_OVERFLOW,
          "time field value out of range: %d:%02d:%s",
          hour,
          minute,
          seconds(second));
    }
    return hour * TimeUnits.MICROS_PER_HOUR + minute * TimeUnits.MICROS_PER_MINUTE + (long) micros;
  }

  private static String seconds(double value) {
    String digits = value == Math.rint(value) ? String.valueOf((long) value) : value + "";
    return Math.abs(value) < 10 ? "0" + digits : digits;
  }

  private static long timestamp(@Nullable Object[] a) {
    int date = date(integer(a, 0), integer(a, 1), integer(a, 2));
    long time = time(integer(a, 3), integer(a, 4), (Double) Objects.requireNonNull(a[5]));
    return Moments.checked(Moments.ofDate(date) + time);
  }

  private static Interval interval(@Nullable Object[] a) {
    double seconds = (Double) Objects.requireNonNull(a[6]);
    double micros = Math.rint(seconds * 1e6);
    long months = integer(a, 0) * 12L + integer(a, 1);
    long days = integer(a, 2) * 7L + integer(a, 3);
    if (months != (int) months || days != (int) days || !(Math.abs(micros) < 0x1p63)) {
      throw IntervalMath.outOfRange();
    }
    long clock =
        integer(a, 4) * TimeUnits.MICROS_PER_HOUR + integer(a, 5) * TimeUnits.MICROS_PER_MINUTE;
    return new Interval((int) months, (int) days, clock + (long) micros);
  }

  private static long ofEpoch(double seconds) {
    if (Double.isNaN(seconds)) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp cannot be NaN");
    }
    if (Double.isInfinite(seconds)) {
      return seconds > 0 ? TimeUnits.INFINITY : TimeUnits.MINUS_INFINITY;
    }
    long epoch = (long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY;
    double micros = Math.rint((seconds - epoch) * 1e6);
    if (!(Math.abs(micros) < 0x1p63) || !TimeUnits.isTimestamp((long) micros)) {
      throw SqlException.of(
          SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range: \"%s\"", seconds);
    }
    return (long) micros;
  }
}
