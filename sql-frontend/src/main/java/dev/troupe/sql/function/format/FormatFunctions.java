package dev.troupe.sql.function.format;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.format.TimePrinter.Fields;
import dev.troupe.sql.function.time.Moments;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** to_char, to_number, to_date and to_timestamp. */
public final class FormatFunctions {
  private static final int MONTHS_PER_YEAR = 12;

  private FormatFunctions() {}

  public static void define(Definitions to) {
    to.add(
        "to_char(int4, text) text stable",
        (Integer value, String p) -> NumberPrinter.print(p, BigDecimal.valueOf(value)));
    to.add(
        "to_char(int8, text) text stable",
        (Long value, String p) -> NumberPrinter.print(p, BigDecimal.valueOf(value)));
    to.add(
        "to_char(numeric, text) text stable",
        (Numeric value, String p) ->
            value.isFinite()
                ? NumberPrinter.print(p, value.decimal())
                : NumberPrinter.printUnknown(p));
    to.add(
        "to_char(float8, text) text stable",
        (Double value, String p) ->
            Double.isFinite(value)
                ? NumberPrinter.print(p, BigDecimal.valueOf(value))
                : NumberPrinter.printUnknown(p));
    to.add(
        "to_char(float4, text) text stable",
        (Float value, String p) ->
            Float.isFinite(value)
                ? NumberPrinter.print(p, new BigDecimal(Float.toString(value)))
                : NumberPrinter.printUnknown(p));
    to.add("to_number(text, text) numeric stable", (String s, String p) -> NumberReader.read(s, p));
    defineTimes(to);
  }

  private static void defineTimes(Definitions to) {
    to.add("to_char(timestamp, text) text stable", (Long at, String p) -> print(at, null, "", p));
    to.addAsking(
        "to_char(timestamptz, text) text stable",
        (Long at, String p, EvalContext c) -> print(at, c.timeZone(), p));
    to.add("to_char(interval, text) text stable", (Interval span, String p) -> print(span, p));
    to.add(
        "to_date(text, text) date stable",
        (String s, String p) -> Moments.date(TimeReader.read(s, p).local()));
    to.addAsking(
        "to_timestamp(text, text) timestamptz stable",
        (String s, String p, EvalContext c) -> {
          TimeReader.Result read = TimeReader.read(s, p);
          Integer offset = read.offsetSeconds();
          return offset == null
              ? Moments.toUtc(read.local(), c.timeZone())
              : Moments.checked(read.local() - offset * TimeUnits.MICROS_PER_SECOND);
        });
  }

  private static @Nullable String print(long utc, ZoneId zone, String pattern) {
    if (TimeUnits.isInfinite(utc)) {
      return null;
    }
    return print(
        TimeZones.toLocal(utc, zone),
        TimeZones.secondsWest(utc, zone),
        abbreviation(utc, zone),
        pattern);
  }

  private static String abbreviation(long utc, ZoneId zone) {
    long seconds = Math.floorDiv(utc, TimeUnits.MICROS_PER_SECOND);
    Instant moment =
        Instant.ofEpochSecond(seconds + (long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY);
    if (zone.getRules().isFixedOffset()) {
      return zone.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).replace("Z", "UTC");
    }
    return java.time.format.DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH)
        .format(moment.atZone(zone));
  }

  private static @Nullable String print(
      long local, @Nullable Integer secondsWest, String zone, String pattern) {
    if (TimeUnits.isInfinite(local) || pattern.isEmpty()) {
      return null;
    }
    return TimePrinter.print(pattern, Fields.of(local, secondsWest, zone));
  }

  private static @Nullable String print(Interval span, String pattern) {
    if (pattern.isEmpty()) {
      return null;
    }
    return TimePrinter.print(
        pattern,
        new Fields(
            span.months() / MONTHS_PER_YEAR,
            span.months() % MONTHS_PER_YEAR,
            span.days(),
            null,
            span.micros(),
            null,
            ""));
  }
}
