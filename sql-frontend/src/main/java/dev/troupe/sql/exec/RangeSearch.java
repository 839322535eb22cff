package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.time.IntervalMath;
import dev.troupe.sql.function.time.Moments;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.ValueOrder;
import dev.troupe.sql.type.time.TimeUnits;
import org.jspecify.annotations.Nullable;

/** Finds the bounds of RANGE frames with offsets, by the single key of the window's order. */
record RangeSearch(RowExpr key, SqlType type, ValueOrder order, boolean descending) {
  static RangeSearch of(SortKey key, ExprCompiler expressions, Layout layout) {
    SqlType type = key.expression().type();
    return new RangeSearch(
        expressions.compile(key.expression(), layout), type, ValueOrder.of(type), key.descending());
  }

  /**
   * Finds the first row of a frame, or the one behind its last row. NULLs are peers of each other
   * and of nothing else.
   */
  int find(
      WindowPartition partition,
      int row,
      Object offset,
      boolean preceding,
      boolean behind,
      Execution run) {
    Object current = key.eval(partition.row(row), run);
    if (current == null) {
      return behind ? partition.peersEnd(row) : partition.peersStart(row);
    }
    Object bound = add(current, offset, preceding != descending, run);
    int low = 0;
    int high = partition.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int side = side(key.eval(partition.row(middle), run), bound, middle, row);
      if (side < 0 || (behind && side == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** On which side of the bound a row stands in the window's order. */
  private int side(@Nullable Object value, Object bound, int at, int current) {
    if (value == null) {
      // NULLs are all on one side of the current row, which is none.
      return at < current ? -1 : 1;
    }
    int difference =
        type.id() == TypeId.DATE
            ? Long.compare(micros((Integer) value), (Long) bound)
            : order.compare(value, bound);
    return descending ? -difference : difference;
  }

  private Object add(Object value, Object offset, boolean minus, Execution run) {
    return switch (type.id()) {
      case INT2, INT4 -> (int) clamped(value, offset, minus, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT8 -> clamped(value, offset, minus, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT4, FLOAT8 -> floating(value, offset, minus);
      case NUMERIC -> {
        Numeric distance = (Numeric) offset;
        requireNotNegative(distance.compareTo(Numeric.ZERO) < 0);
        yield minus ? ((Numeric) value).subtract(distance) : ((Numeric) value).add(distance);
      }
      case DATE -> Moments.plus(micros((Integer) value), span(offset, minus));
      case TIMESTAMP -> Moments.plus((Long) value, span(offset, minus));
      case TIMESTAMPTZ -> Moments.plus((Long) value, span(offset, minus), run.eval.timeZone());
      case TIME -> clamped(value, ((Interval) offset).micros(), minus, 0, Interval.MICROS_PER_DAY);
      case INTERVAL -> IntervalMath.add((Interval) value, span(offset, minus));
      default ->
          throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s",
              TypeNames.plain(type));
    };
  }

  private static Interval span(Object offset, boolean minus) {
    Interval span = (Interval) offset;
    requireNotNegative(span.signum() < 0);
    return minus ? IntervalMath.subtract(Interval.ZERO, span) : span;
  }

  /** Bounds of dates are moments: their offsets can have hours. */
  private static long micros(int date) {
    return TimeUnits.isInfinite(date)
        ? (date > 0 ? TimeUnits.INFINITY : TimeUnits.MINUS_INFINITY)
        : date * TimeUnits.MICROS_PER_DAY;
  }

  /** What lies beyond the type's values is beyond all rows. */
  private static long clamped(Object value, Object offset, boolean minus, long min, long max) {
    long base = ((Number) value).longValue();
    long distance = ((Number) offset).longValue();
    requireNotNegative(distance < 0);
    long sum = minus ? base - distance : base + distance;
    boolean overflow = minus ? sum > base : sum < base;
    long bound = minus ? min : max;
    return overflow ? bound : Math.clamp(sum, min, max);
  }

  private Object floating(Object value, Object offset, boolean minus) {
    double distance = ((Number) offset).doubleValue();
    requireNotNegative(distance < 0);
    double base = ((Number) value).doubleValue();
    double sum = minus ? base - distance : base + distance;
    return value instanceof Float ? (Object) (float) sum : (Object) sum;
  }

  private static void requireNotNegative(boolean negative) {
    if (negative) {
      throw new SqlException(
          SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE,
          "invalid preceding or following size in window function");
    }
  }
}
