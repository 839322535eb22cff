package dev.troupe.sql.function.aggregate;

import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Mergeable;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.math.NumericMath;
import dev.troupe.sql.type.Numeric;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Variances, standard deviations and linear regression. */
final class Statistics {
  private Statistics() {}

  static void define(Definitions to) {
    for (String type : new String[] {"int2", "int4", "int8", "numeric"}) {
      String types = "(" + type + ") numeric";
      exact(to, "variance" + types, true, false);
      exact(to, "var_samp" + types, true, false);
      exact(to, "var_pop" + types, false, false);
      exact(to, "stddev" + types, true, true);
      exact(to, "stddev_samp" + types, true, true);
      exact(to, "stddev_pop" + types, false, true);
    }
    for (String type : new String[] {"float4", "float8"}) {
      String types = "(" + type + ") float8";
      float8(to, "avg" + types, moments -> moments.meanX());
      float8(to, "variance" + types, moments -> moments.sampleVariance());
      float8(to, "var_samp" + types, moments -> moments.sampleVariance());
      float8(to, "var_pop" + types, moments -> moments.variance());
      float8(to, "stddev" + types, moments -> root(moments.sampleVariance()));
      float8(to, "stddev_samp" + types, moments -> root(moments.sampleVariance()));
      float8(to, "stddev_pop" + types, moments -> root(moments.variance()));
    }
    defineRegression(to);
  }

  private static @Nullable Object root(@Nullable Double variance) {
    return variance == null ? null : (Double) Math.sqrt(variance);
  }

  private static void defineRegression(Definitions to) {
    regression(to, "corr", Moments::correlation);
    regression(to, "covar_pop", Moments::covariance);
    regression(to, "covar_samp", Moments::sampleCovariance);
    regression(to, "regr_avgx", Moments::meanX);
    regression(to, "regr_avgy", Moments::meanY);
    regression(to, "regr_intercept", Moments::intercept);
    regression(to, "regr_r2", Moments::determination);
    regression(to, "regr_slope", Moments::slope);
    regression(to, "regr_sxx", Moments::squaresX);
    regression(to, "regr_sxy", Moments::products);
    regression(to, "regr_syy", Moments::squaresY);
    to.addAggregate("regr_count(float8, float8) int8", Trait.NONE, types -> new Sums.Count());
  }

  private static void regression(
      Definitions to, String name, Function<Moments, @Nullable Object> finish) {
    to.addAggregate(name + "(float8, float8) float8", Trait.NONE, types -> new Doubles(finish));
  }

  private static void float8(
      Definitions to, String signature, Function<Moments, @Nullable Object> finish) {
    to.addAggregate(signature, Trait.NONE, types -> new Doubles(finish));
  }

  private static void exact(Definitions to, String signature, boolean sample, boolean root) {
    to.addAggregate(signature, Trait.NONE, types -> new Exact(sample, root));
  }

  /** One value, or Y and X. */
  private static final class Doubles implements Mergeable {
    private final Function<Moments, @Nullable Object> finish;
    private final Moments moments = new Moments();

    Doubles(Function<Moments, @Nullable Object> finish) {
      this.finish = finish;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      double first = ((Number) Objects.requireNonNull(arguments[0])).doubleValue();
      if (arguments.length == 1) {
        moments.add(first);
      } else {
        moments.add(((Number) Objects.requireNonNull(arguments[1])).doubleValue(), first);
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return moments.isEmpty() ? null : finish.apply(moments);
    }

    @Override
    public void merge(Accumulator other) {
      moments.merge(((Doubles) other).moments);
    }
  }

  /** From the exact sums of the values and of their squares. */
  private static final class Exact implements Mergeable {
    private final boolean sample;
    private final boolean root;
    private final NumericSum values = new NumericSum();
    private final NumericSum squares = new NumericSum();

    Exact(boolean sample, boolean root) {
      this.sample = sample;
      this.root = root;
    }

    private static Numeric value(@Nullable Object[] arguments) {
      Object value = Objects.requireNonNull(arguments[0]);
      return value instanceof Numeric numeric ? numeric : Numeric.of(((Number) value).longValue());
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      Numeric value = value(arguments);
      values.add(value);
      squares.add(value.multiply(value));
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      Numeric value = value(arguments);
      // Both refuse in the same cases, since the scale of a square is twice that of its root.
      return values.remove(value) && squares.remove(value.multiply(value));
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      long count = values.count();
      if (count == 0 || (sample && count == 1)) {
        return null;
      }
      Numeric sum = values.sum();
      if (!sum.isFinite()) {
        return Numeric.NAN;
      }
      Numeric rows = Numeric.of(count);
      Numeric spread = squares.sum().multiply(rows).subtract(sum.multiply(sum));
      if (spread.signum() <= 0) {
        return Numeric.ZERO;
      }
      Numeric variance = spread.divide(rows.multiply(Numeric.of(sample ? count - 1 : count)));
      BigDecimal decimal = variance.decimal();
      return root ? Numeric.of(NumericMath.sqrt(decimal, decimal.scale())) : variance;
    }

    @Override
    public void merge(Accumulator other) {
      values.merge(((Exact) other).values);
      squares.merge(((Exact) other).squares);
    }
  }
}
