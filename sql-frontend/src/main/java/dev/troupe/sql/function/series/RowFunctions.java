package dev.troupe.sql.function.series;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.time.Moments;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** generate_series, generate_subscripts and unnest. Series are computed row by row. */
public final class RowFunctions {
  private RowFunctions() {}

  public static void define(Definitions to) {
    defineIntegers(to);
    defineNumerics(to);
    defineTimestamps(to);
    defineArrays(to);
  }

  private static void defineIntegers(Definitions to) {
    to.addTable(
        "generate_series(int4, int4) setof int4",
        (a, c) -> integers(number(a, 0), number(a, 1), 1));
    to.addTable(
        "generate_series(int4, int4, int4) setof int4",
        (a, c) -> integers(number(a, 0), number(a, 1), number(a, 2)));
    to.addTable(
        "generate_series(int8, int8) setof int8", (a, c) -> longs(number(a, 0), number(a, 1), 1));
    to.addTable(
        "generate_series(int8, int8, int8) setof int8",
        (a, c) -> longs(number(a, 0), number(a, 1), number(a, 2)));
  }

  private static long number(@Nullable Object[] arguments, int index) {
    return ((Number) Objects.requireNonNull(arguments[index])).longValue();
  }

  private static SqlException zeroStep() {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, "step size cannot equal zero");
  }

  private static Iterator<@Nullable Object[]> integers(long start, long stop, long step) {
    Iterator<@Nullable Object[]> values = longs(start, stop, step);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public @Nullable Object[] next() {
        @Nullable Object[] row = values.next();
        row[0] = ((Long) Objects.requireNonNull(row[0])).intValue();
        return row;
      }
    };
  }

  private static Iterator<@Nullable Object[]> longs(long start, long stop, long step) {
    if (step == 0) {
      throw zeroStep();
    }
    return new Iterator<>() {
      private long next = start;
      private boolean more = step > 0 ? start <= stop : start >= stop;

      @Override
      public boolean hasNext() {
        return more;
      }

      @Override
      public @Nullable Object[] next() {
        if (!more) {
          throw new NoSuchElementException();
        }
        long current = next;
        // The last value can be so close to the limit that another step would go beyond it.
        long left = step > 0 ? stop - current : current - stop;
        more = Long.compareUnsigned(left, Math.abs(step)) >= 0;
        next = current + step;
        return new Object[] {current};
      }
    };
  }

  /** A series whose members are compared after each step. */
  private static <T extends Comparable<T>> Iterator<@Nullable Object[]> steps(
      T start, T stop, boolean rising, UnaryOperator<T> step) {
    return new Iterator<>() {
      private T next = start;

      @Override
      public boolean hasNext() {
        int difference = next.compareTo(stop);
        return rising ? difference <= 0 : difference >= 0;
      }

      @Override
      public @Nullable Object[] next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        T current = next;
        next = step.apply(current);
        return new Object[] {current};
      }
    };
  }

  private static void defineNumerics(Definitions to) {
    to.addTable(
        "generate_series(numeric, numeric) setof numeric",
        (a, c) -> numerics(numeric(a, 0), numeric(a, 1), Numeric.ONE));
    to.addTable(
        "generate_series(numeric, numeric, numeric) setof numeric",
        (a, c) -> numerics(numeric(a, 0), numeric(a, 1), numeric(a, 2)));
  }

  private static Numeric numeric(@Nullable Object[] arguments, int index) {
    return (Numeric) Objects.requireNonNull(arguments[index]);
  }

  private static Iterator<@Nullable Object[]> numerics(Numeric start, Numeric stop, Numeric step) {
    requireFinite(start, "start");
    requireFinite(stop, "stop");
    requireFinite(step, "step size");
    if (step.signum() == 0) {
      throw zeroStep();
    }
    return steps(start, stop, step.signum() > 0, value -> value.add(step));
  }

  private static void requireFinite(Numeric value, String what) {
    if (!value.isFinite()) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE,
          what.equals("step size") ? "%s cannot be %s" : "%s value cannot be %s",
          what,
          value.isNaN() ? "NaN" : "infinity");
    }
  }

  private static void defineTimestamps(Definitions to) {
    to.addTable(
        "generate_series(timestamp, timestamp, interval) setof timestamp",
        (a, c) -> timestamps(a, at -> Moments.plus(at, span(a))));
    to.addTable(
        "generate_series(timestamptz, timestamptz, interval) setof timestamptz stable",
        (a, c) -> timestamps(a, at -> Moments.plus(at, span(a), c.timeZone())));
  }

  private static Interval span(@Nullable Object[] arguments) {
    return (Interval) Objects.requireNonNull(arguments[2]);
  }

  private static Iterator<@Nullable Object[]> timestamps(
      @Nullable Object[] arguments, UnaryOperator<Long> step) {
    int direction = span(arguments).signum();
    if (direction == 0) {
      throw zeroStep();
    }
    return steps(number(arguments, 0), number(arguments, 1), direction > 0, step);
  }

  private static void defineArrays(Definitions to) {
    to.addTable("unnest(anyarray) setof anyelement", (a, c) -> elements(array(a)));
    to.addTable(
        "generate_subscripts(anyarray, int4) setof int4",
        (a, c) -> subscripts(array(a), number(a, 1), false));
    to.addTable(
        "generate_subscripts(anyarray, int4, bool) setof int4",
        (a, c) -> subscripts(array(a), number(a, 1), Boolean.TRUE.equals(a[2])));
    to.addTable(
        "_pg_expandarray(anyarray) table(x anyelement, n int4)", (a, c) -> numbered(array(a)));
  }

  private static SqlArray array(@Nullable Object[] arguments) {
    return (SqlArray) Objects.requireNonNull(arguments[0]);
  }

  private static Iterator<@Nullable Object[]> elements(SqlArray array) {
    return array.elements().stream().map(e -> new @Nullable Object[] {e}).iterator();
  }

  private static Iterator<@Nullable Object[]> subscripts(
      SqlArray array, long dimension, boolean reverse) {
    if (dimension < 1 || dimension > array.dimensions()) {
      return java.util.Collections.emptyIterator();
    }
    int low = array.lowerBound((int) dimension - 1);
    int high = low + array.length((int) dimension - 1) - 1;
    return reverse ? integers(high, low, -1) : integers(low, high, 1);
  }

  /** Elements with their ordinals, counted from 1 whatever the array counts from. */
  private static Iterator<@Nullable Object[]> numbered(SqlArray array) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      rows.add(new @Nullable Object[] {array.element(i), i + 1});
    }
    return rows.iterator();
  }
}
