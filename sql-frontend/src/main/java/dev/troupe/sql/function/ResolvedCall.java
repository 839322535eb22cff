package dev.troupe.sql.function;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/**
 * What a call means.
 *
 * @param <F> ScalarFunction, AggregateFunction, WindowFunction or TableFunction
 * @param argumentTypes what each argument has to be cast to first. UNKNOWN stays where a function
 *     takes anything and a literal has no type
 */
public record ResolvedCall<F>(F function, List<SqlType> argumentTypes) {
  public ResolvedCall {
    argumentTypes = List.copyOf(argumentTypes);
  }
}
