package dev.troupe.sql.function.aggregate;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.AggregateFunction.Portable;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Mergeable;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.math.MathErrors;
import dev.troupe.sql.function.time.IntervalMath;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** count, sum and avg. */
final class Sums {
  private Sums() {}

  static void define(Definitions to) {
    to.addAggregate("count() int8", Trait.NONE, types -> new Count());
    to.addAggregate("count(any) int8", Trait.NONE, types -> new Count());
    to.addAggregate("sum(int2) int8", Trait.NONE, types -> new Integers(Integers::asLong));
    to.addAggregate("sum(int4) int8", Trait.NONE, types -> new Integers(Integers::asLong));
    to.addAggregate("sum(int8) numeric", Trait.NONE, types -> new Integers(Integers::asNumeric));
    to.addAggregate("sum(numeric) numeric", Trait.NONE, types -> new Numerics(NumericSum::sum));
    to.addAggregate("sum(float4) float4", Trait.NONE, types -> new Floats());
    to.addAggregate("sum(float8) float8", Trait.NONE, types -> new Doubles());
    to.addAggregate("sum(interval) interval", Trait.NONE, types -> new Intervals(false));
    for (String type : new String[] {"int2", "int4", "int8"}) {
      to.addAggregate(
          "avg(" + type + ") numeric", Trait.NONE, types -> new Integers(Integers::average));
    }
    to.addAggregate("avg(numeric) numeric", Trait.NONE, types -> new Numerics(Sums::average));
    to.addAggregate("avg(interval) interval", Trait.NONE, types -> new Intervals(true));
  }

  private static Numeric average(NumericSum sum) {
    return sum.sum().divide(Numeric.of(sum.count()));
  }

  static final class Count implements Mergeable, Portable {
    private long rows;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      rows++;
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      rows--;
      return true;
    }

    @Override
    public Object result(EvalContext context) {
      return rows;
    }

    @Override
    public void merge(Accumulator other) {
      rows += ((Count) other).rows;
    }

    @Override
    public void write(ByteWriter out) {
      out.putVarLong(rows);
    }

    @Override
    public void mergeWritten(ByteReader in) {
      rows += in.readVarLong();
    }
  }

  /**
   * A sum of integers of any size in 128 bits: two words, of which the lower one is unsigned.
   * Cannot overflow, since there are fewer than 2^63 rows.
   */
  private static final class Integers implements Mergeable, Portable {
    private final BiFunction<Integers, Long, Object> finish;
    private long high;
    private long low;
    private long rows;

    Integers(BiFunction<Integers, Long, Object> finish) {
      this.finish = finish;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      addWords(value(arguments[0]));
      rows++;
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      long value = value(arguments[0]);
      // Subtracting is adding the complement and one.
      addWords(~value);
      addWords(1);
      rows--;
      return true;
    }

    private void addWords(long value) {
      addWords(value >> 63, value);
    }

    private void addWords(long otherHigh, long otherLow) {
      long sum = low + otherLow;
      boolean carry = Long.compareUnsigned(sum, low) < 0;
      low = sum;
      high += otherHigh + (carry ? 1 : 0);
    }

    private static long value(@Nullable Object argument) {
      return ((Number) Objects.requireNonNull(argument)).longValue();
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return rows == 0 ? null : finish.apply(this, rows);
    }

    @Override
    public void merge(Accumulator other) {
      Integers more = (Integers) other;
      addWords(more.high, more.low);
      rows += more.rows;
    }

    @Override
    public void write(ByteWriter out) {
      out.putLong(high).putLong(low).putVarLong(rows);
    }

    @Override
    public void mergeWritten(ByteReader in) {
      addWords(in.readLong(), in.readLong());
      rows += in.readVarLong();
    }

    private Object asLong(long rowsSummed) {
      if (high != low >> 63) {
        throw MathErrors.outOfRange("bigint");
      }
      return low;
    }

    private Numeric asNumeric(long rowsSummed) {
      if (high == low >> 63) {
        return Numeric.of(low);
      }
      java.nio.ByteBuffer words = java.nio.ByteBuffer.allocate(16).putLong(high).putLong(low);
      byte[] bytes = new byte[16];
      words.flip().get(bytes);
      return Numeric.of(new java.math.BigInteger(bytes));
    }

    private Object average(long rowsSummed) {
      return asNumeric(rowsSummed).divide(Numeric.of(rowsSummed));
    }
  }

  private static final class Numerics implements Mergeable, Portable {
    private final java.util.function.Function<NumericSum, Numeric> finish;
    private final NumericSum sum = new NumericSum();

    Numerics(java.util.function.Function<NumericSum, Numeric> finish) {
      this.finish = finish;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      sum.add((Numeric) Objects.requireNonNull(arguments[0]));
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      return sum.remove((Numeric) Objects.requireNonNull(arguments[0]));
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return sum.count() == 0 ? null : finish.apply(sum);
    }

    @Override
    public void merge(Accumulator other) {
      sum.merge(((Numerics) other).sum);
    }

    @Override
    public void write(ByteWriter out) {
      sum.write(out);
    }

    @Override
    public void mergeWritten(ByteReader in) {
      sum.merge(NumericSum.read(in));
    }
  }

  private static final class Floats implements Accumulator {
    private @Nullable Float sum;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      float value = (Float) Objects.requireNonNull(arguments[0]);
      sum = sum == null ? value : checked(sum, value);
    }

    private static float checked(float sum, float value) {
      float next = sum + value;
      if (Float.isInfinite(next) && !Float.isInfinite(sum) && !Float.isInfinite(value)) {
        throw MathErrors.overflow();
      }
      return next;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return sum;
    }
  }

  private static final class Doubles implements Mergeable {
    private boolean empty = true;
    private double sum;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      plus((Double) Objects.requireNonNull(arguments[0]));
    }

    private void plus(double value) {
      double next = sum + value;
      if (Double.isInfinite(next) && !Double.isInfinite(sum) && !Double.isInfinite(value)) {
        throw MathErrors.overflow();
      }
      // The first value is taken as it is: a negative zero must not become a positive one.
      sum = empty ? value : next;
      empty = false;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return empty ? null : (Double) sum;
    }

    @Override
    public void merge(Accumulator other) {
      Doubles more = (Doubles) other;
      if (!more.empty) {
        plus(more.sum);
      }
    }
  }

  private static final class Intervals implements Mergeable {
    private final boolean average;
    private Interval sum = Interval.ZERO;
    private long rows;

    Intervals(boolean average) {
      this.average = average;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      sum = IntervalMath.add(sum, (Interval) Objects.requireNonNull(arguments[0]));
      rows++;
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      sum = IntervalMath.subtract(sum, (Interval) Objects.requireNonNull(arguments[0]));
      rows--;
      return true;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      if (rows == 0) {
        return null;
      }
      return average ? IntervalMath.divide(sum, (double) rows) : sum;
    }

    @Override
    public void merge(Accumulator other) {
      Intervals more = (Intervals) other;
      sum = IntervalMath.add(sum, more.sum);
      rows += more.rows;
    }
  }
}
