package dev.troupe.sql.type.time;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Units in which intervals are written. */
enum IntervalUnit {
  MICROSECOND(Base.MICROS, 1),
  MILLISECOND(Base.MICROS, 1000),
  SECOND(Base.MICROS, TimeUnits.MICROS_PER_SECOND),
  MINUTE(Base.MICROS, TimeUnits.MICROS_PER_MINUTE),
  HOUR(Base.MICROS, TimeUnits.MICROS_PER_HOUR),
  DAY(Base.DAYS, 1),
  WEEK(Base.DAYS, 7),
  MONTH(Base.MONTHS, 1),
  YEAR(Base.MONTHS, 12),
  DECADE(Base.MONTHS, 120),
  CENTURY(Base.MONTHS, 1200),
  MILLENNIUM(Base.MONTHS, 12_000);

  /** The part of an interval that a unit goes to. */
  enum Base {
    MONTHS,
    DAYS,
    MICROS
  }

  private static final Map<String, IntervalUnit> BY_WORD = new HashMap<>();

  static {
    put(MICROSECOND, "us", "usec", "usecs", "usecond", "useconds", "microsecond", "microseconds");
    put(MILLISECOND, "ms", "msec", "msecs", "msecond", "mseconds", "millisecond", "milliseconds");
    put(SECOND, "s", "sec", "secs", "second", "seconds");
    put(MINUTE, "m", "min", "mins", "minute", "minutes");
    put(HOUR, "h", "hr", "hrs", "hour", "hours");
    put(DAY, "d", "day", "days");
    put(WEEK, "w", "week", "weeks");
    put(MONTH, "mon", "mons", "month", "months");
    put(YEAR, "y", "yr", "yrs", "year", "years");
    put(DECADE, "dec", "decs", "decade", "decades");
    put(CENTURY, "c", "cent", "century", "centuries");
    put(MILLENNIUM, "mil", "mils", "millennium", "millennia");
  }

  private final Base base;
  private final long size;

  IntervalUnit(Base base, long size) {
    this.base = base;
    this.size = size;
  }

  private static void put(IntervalUnit unit, String... words) {
    for (String word : words) {
      BY_WORD.put(word, unit);
    }
  }

  static @Nullable IntervalUnit find(String lower) {
    return BY_WORD.get(lower);
  }

  Base base() {
    return base;
  }

  /** In units of the base. */
  long size() {
    return size;
  }
}
