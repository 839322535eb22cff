package dev.troupe.sql.function;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that gives arguments in an order of its own, or leaves some out.
 *
 * @param sources for each parameter the argument it is given, -1 for its default
 * @param defaults of the last parameters
 */
record PlacedCall(ScalarFunction function, List<Integer> sources, List<Object> defaults)
    implements ScalarFunction {
  PlacedCall {
    sources = List.copyOf(sources);
    defaults = List.copyOf(defaults);
  }

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
    @Nullable Object[] placed = new @Nullable Object[sources.size()];
    int required = sources.size() - defaults.size();
    for (int i = 0; i < placed.length; i++) {
      int source = sources.get(i);
      placed[i] = source < 0 ? defaults.get(i - required) : arguments[source];
    }
    return function.call(placed, context);
  }
}
