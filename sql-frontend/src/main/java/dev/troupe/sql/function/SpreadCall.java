package dev.troupe.sql.function;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call with VARIADIC: the elements of the array that comes last are the last arguments. */
record SpreadCall(ScalarFunction function) implements ScalarFunction {
  @Override
  public String name() {
    return function.name();
  }

  @Override
  public List<SqlType> parameters() {
    return function.parameters();
  }

  @Override
  public SqlType result() {
    return function.result();
  }

  @Override
  public boolean strict() {
    return function.strict();
  }

  @Override
  public Volatility volatility() {
    return function.volatility();
  }

  @Override
  public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
    Object last = all.removeLast();
    if (last == null) {
      return null;
    }
    all.addAll(((SqlArray) last).elements());
    return function.call(all.toArray(), context);
  }
}
