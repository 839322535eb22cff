package dev.troupe.sql.function.aggregate;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.time.IntervalMath;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** mode, percentile_cont and percentile_disc. Values come in the order of WITHIN GROUP. */
final class OrderedSets {
  private OrderedSets() {}

  static void define(Definitions to) {
    to.addAggregate(
        "mode(anyelement) anyelement",
        Trait.ORDERED_SET,
        types -> new Mode(ValueOrder.of(types.result())));
    add(to, "percentile_disc(float8, anyelement) anyelement", OrderedSets::discrete);
    add(to, "percentile_disc(float8[], anyelement) anyarray", OrderedSets::discrete);
    for (String type : List.of("float8", "interval")) {
      add(to, "percentile_cont(float8, " + type + ") " + type, OrderedSets::continuous);
      add(to, "percentile_cont(float8[], " + type + ") " + type + "[]", OrderedSets::continuous);
    }
  }

  private static void add(Definitions to, String signature, Pick pick) {
    to.addAggregate(signature, Trait.ORDERED_SET, types -> new Percentile(types.result(), pick));
  }

  /** The value at a fraction of the sorted values. */
  @FunctionalInterface
  private interface Pick {
    Object pick(List<Object> sorted, double fraction);
  }

  private static Object discrete(List<Object> sorted, double fraction) {
    int row = (int) Math.ceil(fraction * sorted.size());
    return sorted.get(Math.max(row, 1) - 1);
  }

  private static Object continuous(List<Object> sorted, double fraction) {
    double place = fraction * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    Object low = sorted.get(below);
    if (above == below) {
      return low;
    }
    Object high = sorted.get(above);
    double share = place - below;
    if (low instanceof Interval from) {
      Interval difference = IntervalMath.subtract((Interval) high, from);
      return IntervalMath.add(from, IntervalMath.multiply(difference, share));
    }
    double from = (Double) low;
    return from + share * ((Double) high - from);
  }

  private static final class Mode implements Accumulator {
    private final ValueOrder order;
    private @Nullable Object best;
    private @Nullable Object current;
    private long timesBest;
    private long timesCurrent;

    Mode(ValueOrder order) {
      this.order = order;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      Object value = Objects.requireNonNull(arguments[0]);
      boolean same = current != null && order.equal(current, value);
      timesCurrent = same ? timesCurrent + 1 : 1;
      current = same ? current : value;
      if (timesCurrent > timesBest) {
        best = current;
        timesBest = timesCurrent;
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return best;
    }
  }

  private static final class Percentile implements Accumulator {
    private final SqlType result;
    private final Pick pick;
    private final List<Object> sorted = new ArrayList<>();
    private @Nullable Object fractions;

    Percentile(SqlType result, Pick pick) {
      this.result = result;
      this.pick = pick;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      fractions = arguments[0];
      sorted.add(Objects.requireNonNull(arguments[1]));
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      Object asked = fractions;
      if (asked == null) {
        return null;
      }
      if (!(asked instanceof SqlArray array)) {
        return at(asked);
      }
      @Nullable Object[] picked = new @Nullable Object[array.size()];
      for (int i = 0; i < picked.length; i++) {
        Object fraction = array.element(i);
        picked[i] = fraction == null ? null : at(fraction);
      }
      return array.with(Objects.requireNonNull(result.element()), picked);
    }

    private Object at(Object fraction) {
      double value = (Double) fraction;
      if (!(value >= 0 && value <= 1)) {
        throw SqlException.of(
            SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
            "percentile value %s is not between 0 and 1",
            value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
      }
      return pick.pick(sorted, value);
    }
  }
}
