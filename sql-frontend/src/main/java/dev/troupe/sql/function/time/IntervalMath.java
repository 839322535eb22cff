package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Interval;

/** Arithmetic of intervals. Fractions of months become days, and those of days become time. */
public final class IntervalMath {
  private static final int DAYS_PER_MONTH = 30;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final double SECONDS_PER_DAY = 86_400;

  private IntervalMath() {}

  static SqlException outOfRange() {
    return new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
  }

  public static Interval add(Interval a, Interval b) {
    try {
      return new Interval(
          Math.addExact(a.months(), b.months()),
          Math.addExact(a.days(), b.days()),
          Math.addExact(a.micros(), b.micros()));
    } catch (ArithmeticException overflow) {
      throw outOfRange();
    }
  }

  public static Interval subtract(Interval a, Interval b) {
    try {
      return new Interval(
          Math.subtractExact(a.months(), b.months()),
          Math.subtractExact(a.days(), b.days()),
          Math.subtractExact(a.micros(), b.micros()));
    } catch (ArithmeticException overflow) {
      throw outOfRange();
    }
  }

  static Interval negate(Interval value) {
    return subtract(Interval.ZERO, value);
  }

  public static Interval multiply(Interval value, double factor) {
    if (!Double.isFinite(factor)) {
      throw outOfRange();
    }
    return scaled(value.months() * factor, value.days() * factor, value.micros() * factor);
  }

  public static Interval divide(Interval value, double divisor) {
    if (divisor == 0) {
      throw new SqlException(SqlState.DIVISION_BY_ZERO, "division by zero");
    }
    return scaled(value.months() / divisor, value.days() / divisor, value.micros() / divisor);
  }

  /** The parts of the result, with the fractions of the larger ones given to the smaller ones. */
  private static Interval scaled(double months, double days, double micros) {
    int wholeMonths = toInt(months);
    int wholeDays = toInt(days);
    double monthDays = rounded((months - wholeMonths) * DAYS_PER_MONTH);
    double seconds = rounded((days - wholeDays + monthDays - (int) monthDays) * SECONDS_PER_DAY);
    if (Math.abs(seconds) >= SECONDS_PER_DAY) {
      int carried = (int) (seconds / SECONDS_PER_DAY);
      wholeDays = toInt((double) wholeDays + carried);
      seconds -= carried * SECONDS_PER_DAY;
    }
    double time = Math.rint(micros + seconds * MICROS_PER_SECOND);
    if (!(Math.abs(time) < 0x1p63)) {
      throw outOfRange();
    }
    return new Interval(wholeMonths, toInt((double) wholeDays + (int) monthDays), (long) time);
  }

  private static int toInt(double value) {
    if (!(value > Integer.MIN_VALUE - 1.0 && value < Integer.MAX_VALUE + 1.0)) {
      throw outOfRange();
    }
    return (int) value;
  }

  /** To microseconds, so that 0.1 of something does not become 0.0999999. */
  private static double rounded(double value) {
    return Math.rint(value * MICROS_PER_SECOND) / MICROS_PER_SECOND;
  }

  /** Whole months out of every 30 days. */
  static Interval justifyDays(Interval value) {
    long months = (long) value.months() + value.days() / DAYS_PER_MONTH;
    long days = value.days() % DAYS_PER_MONTH;
    if (months > 0 && days < 0) {
      days += DAYS_PER_MONTH;
      months--;
    } else if (months < 0 && days > 0) {
      days -= DAYS_PER_MONTH;
      months++;
    }
    return of(months, days, value.micros());
  }

  /** Whole days out of every 24 hours. */
  static Interval justifyHours(Interval value) {
    long days = value.days() + value.micros() / Interval.MICROS_PER_DAY;
    long micros = value.micros() % Interval.MICROS_PER_DAY;
    if (days > 0 && micros < 0) {
      micros += Interval.MICROS_PER_DAY;
      days--;
    } else if (days < 0 && micros > 0) {
      micros -= Interval.MICROS_PER_DAY;
      days++;
    }
    return of(value.months(), days, micros);
  }

  /** Both, with all parts of one sign. */
  static Interval justify(Interval value) {
    long days = value.days() + value.micros() / Interval.MICROS_PER_DAY;
    long micros = value.micros() % Interval.MICROS_PER_DAY;
    long months = value.months() + days / DAYS_PER_MONTH;
    days %= DAYS_PER_MONTH;
    if (months > 0 && (days < 0 || (days == 0 && micros < 0))) {
      days += DAYS_PER_MONTH;
      months--;
    } else if (months < 0 && (days > 0 || (days == 0 && micros > 0))) {
      days -= DAYS_PER_MONTH;
      months++;
    }
    if (days > 0 && micros < 0) {
      micros += Interval.MICROS_PER_DAY;
      days--;
    } else if (days < 0 && micros > 0) {
      micros -= Interval.MICROS_PER_DAY;
      days++;
    }
    return of(months, days, micros);
  }

  private static Interval of(long months, long days, long micros) {
    if (months != (int) months || days != (int) days) {
      throw outOfRange();
    }
    return new Interval((int) months, (int) days, micros);
  }
}
