package dev.troupe.sql.type.time;

import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeModifiers.IntervalField;

/** Cuts intervals to the fields and digits that their type has. */
public final class IntervalPrecision {
  private IntervalPrecision() {}

  /**
   * @param modifier of the interval type
   */
  public static Interval apply(Interval value, int modifier) {
    int fields = TypeModifiers.intervalFields(modifier);
    int digits = TypeModifiers.intervalDigits(modifier);
    Interval cut = fields == TypeModifiers.ALL_FIELDS ? value : cut(value, fields);
    if (digits == TypeModifiers.FULL_PRECISION) {
      return cut;
    }
    return new Interval(cut.months(), cut.days(), TimeUnits.roundToDigits(cut.micros(), digits));
  }

  /** What is smaller than the smallest field goes; what is larger than the largest stays. */
  private static Interval cut(Interval value, int fields) {
    if (has(fields, IntervalField.SECOND)) {
      return value;
    }
    if (has(fields, IntervalField.MINUTE)) {
      return cutTime(value, TimeUnits.MICROS_PER_MINUTE);
    }
    if (has(fields, IntervalField.HOUR)) {
      return cutTime(value, TimeUnits.MICROS_PER_HOUR);
    }
    if (has(fields, IntervalField.DAY)) {
      return new Interval(value.months(), value.days(), 0);
    }
    return has(fields, IntervalField.MONTH)
        ? new Interval(value.months(), 0, 0)
        : new Interval(value.months() / 12 * 12, 0, 0);
  }

  private static boolean has(int fields, IntervalField field) {
    return (fields & field.bit()) != 0;
  }

  private static Interval cutTime(Interval value, long unit) {
    return new Interval(value.months(), value.days(), value.micros() / unit * unit);
  }
}
