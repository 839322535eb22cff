package dev.troupe.sql.exec;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A few functions, so that tests of operators need no registry. */
final class TestFunctions {
  private TestFunctions() {}

  private record Scalar(
      String name, List<SqlType> parameters, SqlType result, BinaryOperator<Object> body)
      implements ScalarFunction {
    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(arguments[0], arguments[1]);
    }
  }

  private static ScalarFunction comparison(String name, SqlType type, IntPredicate test) {
    ValueOrder order = ValueOrder.of(type);
    return new Scalar(
        name, List.of(type, type), SqlType.BOOL, (a, b) -> test.test(order.compare(a, b)));
  }

  static ScalarFunction eq(SqlType type) {
    return comparison("=", type, difference -> difference == 0);
  }

  static ScalarFunction lt(SqlType type) {
    return comparison("<", type, difference -> difference < 0);
  }

  static ScalarFunction gt(SqlType type) {
    return comparison(">", type, difference -> difference > 0);
  }

  static ScalarFunction plus() {
    return new Scalar(
        "+",
        List.of(SqlType.INT4, SqlType.INT4),
        SqlType.INT4,
        (a, b) -> Math.addExact((Integer) a, (Integer) b));
  }

  static ScalarFunction times() {
    return new Scalar(
        "*",
        List.of(SqlType.INT4, SqlType.INT4),
        SqlType.INT4,
        (a, b) -> Math.multiplyExact((Integer) a, (Integer) b));
  }

  static ScalarFunction divide() {
    return new Scalar(
        "/",
        List.of(SqlType.INT4, SqlType.INT4),
        SqlType.INT4,
        (a, b) -> (Integer) a / (Integer) b);
  }

  /** Counts its calls. */
  static ScalarFunction counting(int[] calls) {
    return new Scalar(
        "counting",
        List.of(SqlType.INT4, SqlType.INT4),
        SqlType.INT4,
        (a, b) -> {
          calls[0]++;
          return a;
        });
  }

  private record Aggregate(
      String name,
      List<SqlType> parameters,
      SqlType result,
      Supplier<AggregateFunction.Accumulator> begin)
      implements AggregateFunction {
    @Override
    public boolean strict() {
      return !name.equals("array_agg");
    }

    @Override
    public Accumulator start() {
      return begin.get();
    }
  }

  static AggregateFunction sum() {
    return new Aggregate("sum", List.of(SqlType.INT4), SqlType.INT8, () -> new Sum(true));
  }

  /** Cannot take out what it has taken in. */
  static AggregateFunction stubbornSum() {
    return new Aggregate("sum", List.of(SqlType.INT4), SqlType.INT8, () -> new Sum(false));
  }

  static AggregateFunction count() {
    return new Aggregate(
        "count",
        List.of(),
        SqlType.INT8,
        () ->
            new AggregateFunction.Accumulator() {
              private long count;

              @Override
              public void add(@Nullable Object[] arguments, EvalContext context) {
                count++;
              }

              @Override
              public Object result(EvalContext context) {
                return count;
              }
            });
  }

  static AggregateFunction arrayAgg(SqlType element) {
    return new Aggregate(
        "array_agg",
        List.of(element),
        SqlType.arrayOf(element),
        () ->
            new AggregateFunction.Accumulator() {
              private final List<@Nullable Object> values = new ArrayList<>();

              @Override
              public void add(@Nullable Object[] arguments, EvalContext context) {
                values.add(arguments[0]);
              }

              @Override
              public @Nullable Object result(EvalContext context) {
                return values.isEmpty() ? null : SqlArray.of(element, values.toArray());
              }
            });
  }

  private static final class Sum implements AggregateFunction.Accumulator {
    private final boolean removes;
    private long sum;
    private int count;

    Sum(boolean removes) {
      this.removes = removes;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      sum += ((Number) Objects.requireNonNull(arguments[0])).longValue();
      count++;
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      if (removes) {
        sum -= ((Number) Objects.requireNonNull(arguments[0])).longValue();
        count--;
      }
      return removes;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return count == 0 ? null : (Object) sum;
    }
  }

  /** Numbers from the first to the second. */
  static TableFunction series() {
    return new TableFunction() {
      @Override
      public String name() {
        return "series";
      }

      @Override
      public List<SqlType> parameters() {
        return List.of(SqlType.INT4, SqlType.INT4);
      }

      @Override
      public List<String> columnNames() {
        return List.of("series");
      }

      @Override
      public List<SqlType> columnTypes() {
        return List.of(SqlType.INT4);
      }

      @Override
      public Iterator<@Nullable Object[]> rows(@Nullable Object[] arguments, EvalContext context) {
        int from = (Integer) Objects.requireNonNull(arguments[0]);
        int to = (Integer) Objects.requireNonNull(arguments[1]);
        return IntStream.rangeClosed(from, to).mapToObj(i -> new @Nullable Object[] {i}).iterator();
      }
    };
  }

  /** The argument in the first row of the frame. */
  static WindowFunction firstValue(SqlType type) {
    return window(
        "first_value",
        type,
        frame ->
            frame.frameStart() < frame.frameEnd() ? frame.argument(0, frame.frameStart()) : null);
  }

  static WindowFunction rowNumber() {
    return window("row_number", SqlType.INT8, frame -> frame.currentRow() + 1L);
  }

  static WindowFunction rank() {
    return window("rank", SqlType.INT8, frame -> frame.peersStart() + 1L);
  }

  private interface Body {
    @Nullable Object of(WindowFunction.Frame frame);
  }

  private static WindowFunction window(String name, SqlType result, Body body) {
    return new WindowFunction() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<SqlType> parameters() {
        return List.of();
      }

      @Override
      public SqlType result() {
        return result;
      }

      @Override
      public @Nullable Object compute(WindowFunction.Frame frame, EvalContext context) {
        return body.of(frame);
      }
    };
  }
}
