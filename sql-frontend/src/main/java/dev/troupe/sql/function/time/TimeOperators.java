package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.time.TimeUnits;

/** {@code + - * /} of dates, times, timestamps and intervals. */
public final class TimeOperators {
  private TimeOperators() {}

  public static void define(Definitions to) {
    defineDates(to);
    defineTimes(to);
    defineTimestamps(to);
    defineIntervals(to);
  }

  private static void defineDates(Definitions to) {
    to.add("+(date, int4) date", (Integer date, Integer days) -> plusDays(date, days));
    to.add("+(int4, date) date", (Integer days, Integer date) -> plusDays(date, days));
    to.add("-(date, int4) date", (Integer date, Integer days) -> plusDays(date, -(long) days));
    to.add("-(date, date) int4", (Integer a, Integer b) -> daysBetween(a, b));
    to.add(
        "+(date, interval) timestamp",
        (Integer date, Interval span) -> Moments.plus(Moments.ofDate(date), span));
    to.add(
        "+(interval, date) timestamp",
        (Interval span, Integer date) -> Moments.plus(Moments.ofDate(date), span));
    to.add(
        "-(date, interval) timestamp",
        (Integer date, Interval span) ->
            Moments.plus(Moments.ofDate(date), IntervalMath.negate(span)));
    to.add("+(date, time) timestamp", (Integer date, Long time) -> at(date, time));
    to.add("+(time, date) timestamp", (Long time, Integer date) -> at(date, time));
    to.add("+(date, timetz) timestamptz", (Integer date, TimeTz time) -> at(date, time));
    to.add("+(timetz, date) timestamptz", (TimeTz time, Integer date) -> at(date, time));
  }

  private static int plusDays(int date, long days) {
    return TimeUnits.isInfinite(date) ? date : Moments.checkedDate(date + days);
  }

  private static int daysBetween(int a, int b) {
    if (TimeUnits.isInfinite(a) || TimeUnits.isInfinite(b)) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "cannot subtract infinite dates");
    }
    return a - b;
  }

  private static long at(int date, long time) {
    long midnight = Moments.ofDate(date);
    return TimeUnits.isInfinite(midnight) ? midnight : Moments.checked(midnight + time);
  }

  private static long at(int date, TimeTz time) {
    return at(date, time.utcMicros());
  }

  private static void defineTimes(Definitions to) {
    to.add("+(time, interval) time", (Long time, Interval span) -> turn(time, span.micros()));
    to.add("+(interval, time) time", (Interval span, Long time) -> turn(time, span.micros()));
    to.add("-(time, interval) time", (Long time, Interval span) -> turn(time, -span.micros()));
    to.add("-(time, time) interval", (Long a, Long b) -> new Interval(0, 0, a - b));
    to.add("+(timetz, interval) timetz", (TimeTz time, Interval span) -> turn(time, span.micros()));
    to.add("+(interval, timetz) timetz", (Interval span, TimeTz time) -> turn(time, span.micros()));
    to.add(
        "-(timetz, interval) timetz", (TimeTz time, Interval span) -> turn(time, -span.micros()));
  }

  /** Round the clock. */
  private static long turn(long time, long micros) {
    return Math.floorMod(time + micros % TimeUnits.MICROS_PER_DAY, TimeUnits.MICROS_PER_DAY);
  }

  private static TimeTz turn(TimeTz time, long micros) {
    return new TimeTz(turn(time.micros(), micros), time.secondsWest());
  }

  private static void defineTimestamps(Definitions to) {
    to.add("+(timestamp, interval) timestamp", (Long at, Interval span) -> Moments.plus(at, span));
    to.add("+(interval, timestamp) timestamp", (Interval span, Long at) -> Moments.plus(at, span));
    to.add(
        "-(timestamp, interval) timestamp",
        (Long at, Interval span) -> Moments.plus(at, IntervalMath.negate(span)));
    to.add("-(timestamp, timestamp) interval", (Long a, Long b) -> Moments.between(a, b));
    to.addAsking(
        "+(timestamptz, interval) timestamptz stable",
        (Long at, Interval span, EvalContext context) ->
            Moments.plus(at, span, context.timeZone()));
    to.addAsking(
        "+(interval, timestamptz) timestamptz stable",
        (Interval span, Long at, EvalContext context) ->
            Moments.plus(at, span, context.timeZone()));
    to.addAsking(
        "-(timestamptz, interval) timestamptz stable",
        (Long at, Interval span, EvalContext context) ->
            Moments.plus(at, IntervalMath.negate(span), context.timeZone()));
    to.add("-(timestamptz, timestamptz) interval", (Long a, Long b) -> Moments.between(a, b));
  }

  private static void defineIntervals(Definitions to) {
    to.add("+(interval, interval) interval", (Interval a, Interval b) -> IntervalMath.add(a, b));
    to.add(
        "-(interval, interval) interval", (Interval a, Interval b) -> IntervalMath.subtract(a, b));
    to.add("-(interval) interval", (Interval a) -> IntervalMath.negate(a));
    to.add("*(interval, float8) interval", (Interval a, Double by) -> IntervalMath.multiply(a, by));
    to.add("*(float8, interval) interval", (Double by, Interval a) -> IntervalMath.multiply(a, by));
    to.add("/(interval, float8) interval", (Interval a, Double by) -> IntervalMath.divide(a, by));
    to.add("justify_days(interval) interval", (Interval a) -> IntervalMath.justifyDays(a));
    to.add("justify_hours(interval) interval", (Interval a) -> IntervalMath.justifyHours(a));
    to.add("justify_interval(interval) interval", (Interval a) -> IntervalMath.justify(a));
  }
}
