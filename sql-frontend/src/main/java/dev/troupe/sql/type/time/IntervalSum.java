package dev.troupe.sql.type.time;

import dev.troupe.sql.type.Interval;

/** Adds up the parts of an interval, with fractions carried into the smaller parts. */
final class IntervalSum {
  private static final double SECONDS_PER_DAY = TimeUnits.SECONDS_PER_DAY;

  private long years;
  private long months;
  private long days;
  private long micros;

  /** A number of some unit, which has a whole part and a fraction of the same sign. */
  void add(IntervalUnit unit, long whole, double fraction) {
    try {
      switch (unit.base()) {
        case MONTHS -> addMonths(unit, whole, fraction);
        case DAYS -> {
          days = Math.addExact(days, Math.multiplyExact(whole, unit.size()));
          addDays(fraction * unit.size());
        }
        case MICROS -> {
          micros = Math.addExact(micros, Math.multiplyExact(whole, unit.size()));
          addMicros(fraction * unit.size());
        }
      }
    } catch (ArithmeticException overflow) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
  }

  private void addMonths(IntervalUnit unit, long whole, double fraction) {
    if (unit == IntervalUnit.MONTH) {
      months = Math.addExact(months, whole);
      addDays(fraction * TimeUnits.DAYS_PER_MONTH);
    } else {
      long yearsOfUnit = unit.size() / TimeUnits.MONTHS_PER_YEAR;
      years = Math.addExact(years, Math.multiplyExact(whole, yearsOfUnit));
      months = Math.addExact(months, (long) Math.rint(fraction * unit.size()));
    }
  }

  private void addDays(double amount) {
    long whole = (long) amount;
    days = Math.addExact(days, whole);
    addMicros((amount - whole) * SECONDS_PER_DAY * TimeUnits.MICROS_PER_SECOND);
  }

  private void addMicros(double amount) {
    // More than half a microsecond rounds up; exactly half does not.
    long whole = (long) amount;
    double rest = amount - whole;
    micros = Math.addExact(micros, rest > 0.5 ? whole + 1 : rest < -0.5 ? whole - 1 : whole);
  }

  void addMicros(long amount) {
    try {
      micros = Math.addExact(micros, amount);
    } catch (ArithmeticException overflow) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
  }

  void negate() {
    years = -years;
    months = -months;
    days = -days;
    micros = -micros;
  }

  Interval toInterval() {
    if (years != (int) years || months != (int) months || days != (int) days) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
    long all = years * TimeUnits.MONTHS_PER_YEAR + months;
    if (all != (int) all) {
      throw TimeUnits.intervalOutOfRange();
    }
    return new Interval((int) all, (int) days, micros);
  }
}
