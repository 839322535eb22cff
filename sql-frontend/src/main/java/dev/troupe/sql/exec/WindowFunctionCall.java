package dev.troupe.sql.exec;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.WindowCall;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function over a window, ready to be computed.
 *
 * @param window null when it is an aggregate
 * @param aggregate null when it is a window function
 * @param filter rows that an aggregate takes; null: all
 */
record WindowFunctionCall(
    @Nullable WindowFunction window,
    @Nullable AggregateFunction aggregate,
    RowExpr[] arguments,
    @Nullable RowExpr filter,
    FrameBounds bounds) {
  static WindowFunctionCall of(
      WindowCall call, List<SortKey> orderBy, ExprCompiler expressions, Layout layout) {
    return new WindowFunctionCall(
        call.window(),
        call.aggregate(),
        expressions.compileAll(call.arguments(), layout),
        expressions.compileIfAny(call.filter(), layout),
        FrameBounds.of(call.frame(), orderBy, expressions, layout));
  }

  /** The results for all rows of a partition. */
  @Nullable Object[] compute(WindowPartition partition, Execution run) {
    WindowFrame frame = new WindowFrame(partition, bounds, arguments, run);
    var results = new @Nullable Object[partition.size()];
    if (window != null) {
      for (int row = 0; row < results.length; row++) {
        frame.moveTo(row);
        results[row] = window.compute(frame, run.eval);
      }
      return results;
    }
    Sliding sliding = new Sliding(Objects.requireNonNull(aggregate), frame, run);
    for (int row = 0; row < results.length; row++) {
      frame.moveTo(row);
      results[row] = sliding.result();
    }
    return results;
  }

  /**
   * An aggregate over frames that move forward: takes in what comes, and takes out what goes where
   * the function can, or else begins again.
   */
  private final class Sliding {
    /** So many rows are gathered between two looks at whether to go on. */
    private static final int ROWS_UNCHECKED = 16_384;

    private final AggregateFunction function;
    private final WindowFrame frame;
    private final Execution run;
    private AggregateFunction.Accumulator accumulator;
    private int start;
    private int end;
    private int unchecked;
    private @Nullable Object last;
    private boolean lastValid;

    Sliding(AggregateFunction function, WindowFrame frame, Execution run) {
      this.function = function;
      this.frame = frame;
      this.run = run;
      this.accumulator = function.start();
    }

    @Nullable Object result() {
      int from = frame.frameStart();
      int to = Math.max(from, frame.frameEnd());
      if (frame.excludesAny()) {
        restart(from);
        for (int i = from; i < to; i++) {
          if (!frame.excluded(i)) {
            add(i);
          }
        }
        // The next frame has other gaps.
        end = -1;
        lastValid = false;
        return accumulator.result(run.eval);
      }
      if (lastValid && from == start && to == end) {
        return last;
      }
      if (from < start || from > end || to < end || !remove(from)) {
        restart(from);
      }
      for (int i = end; i < to; i++) {
        add(i);
      }
      start = from;
      end = to;
      last = accumulator.result(run.eval);
      lastValid = true;
      return last;
    }

    private void restart(int from) {
      accumulator = function.start();
      start = from;
      end = from;
    }

    private boolean remove(int from) {
      for (int i = start; i < from; i++) {
        @Nullable Object[] values = values(i);
        if (values != null && !accumulator.remove(values, run.eval)) {
          return false;
        }
      }
      return true;
    }

    private void add(int row) {
      if (++unchecked == ROWS_UNCHECKED) {
        unchecked = 0;
        run.eval.checkCancelled();
      }
      @Nullable Object[] values = values(row);
      if (values != null) {
        accumulator.add(values, run.eval);
      }
    }

    private @Nullable Object @Nullable [] values(int row) {
      if (filter != null && !filter.isTrue(frame.row(row), run)) {
        return null;
      }
      var values = new @Nullable Object[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = frame.argument(i, row);
        if (values[i] == null && function.strict()) {
          return null;
        }
      }
      return values;
    }
  }
}
