package dev.troupe.sql.exec;

import dev.troupe.sql.eval.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** Calls of functions, operators and casts. Those of one or two arguments make no arrays. */
final class Calls {
  private Calls() {}

  static RowExpr of(ScalarFunction function, RowExpr[] arguments) {
    if (!function.strict()) {
      return new Any(function, arguments);
    }
    if (arguments.length == 1) {
      return new Strict1(function, arguments[0]);
    }
    if (arguments.length == 2) {
      return arguments[0] instanceof RowExpr.Slot slot
              && arguments[1] instanceof RowExpr.Constant(Object value)
              && value != null
          ? new SlotWithConstant(function, slot.index(), value)
          : new Strict2(function, arguments[0], arguments[1]);
    }
    return new StrictMany(function, arguments);
  }

  private record Strict1(ScalarFunction function, RowExpr argument) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object value = argument.eval(row, run);
      return value == null ? null : function.call1(value, run.eval);
    }
  }

  private record Strict2(ScalarFunction function, RowExpr left, RowExpr right) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object a = left.eval(row, run);
      if (a == null) {
        return null;
      }
      Object b = right.eval(row, run);
      return b == null ? null : function.call2(a, b, run.eval);
    }
  }

  /** The most frequent condition: a column against something known. */
  private record SlotWithConstant(ScalarFunction function, int slot, Object constant)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object value = row[slot];
      return value == null ? null : function.call2(value, constant, run.eval);
    }
  }

  private record StrictMany(ScalarFunction function, RowExpr[] arguments) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      var values = new @Nullable Object[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments[i].eval(row, run);
        if (values[i] == null) {
          return null;
        }
      }
      return function.call(values, run.eval);
    }
  }

  private record Any(ScalarFunction function, RowExpr[] arguments) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      return function.call(all(arguments, row, run), run.eval);
    }
  }

  static @Nullable Object[] all(RowExpr[] expressions, @Nullable Object[] row, Execution run) {
    var values = new @Nullable Object[expressions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = expressions[i].eval(row, run);
    }
    return values;
  }

  /** Applies an operator whose arguments are at hand. */
  static @Nullable Object apply(
      ScalarFunction operator, @Nullable Object left, @Nullable Object right, Execution run) {
    if (!operator.strict()) {
      return operator.call(new @Nullable Object[] {left, right}, run.eval);
    }
    return left == null || right == null ? null : operator.call2(left, right, run.eval);
  }
}
