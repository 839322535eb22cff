package dev.troupe.sql.plan;

import dev.troupe.sql.eval.AggregateFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate to be computed.
 *
 * @param output the column that gets the result
 * @param orderBy order in which the values are taken; empty: any
 * @param filter rows that take part; null: all
 */
public record AggregateCall(
    Column output,
    AggregateFunction function,
    List<SqlExpr> arguments,
    boolean distinct,
    List<SortKey> orderBy,
    @Nullable SqlExpr filter) {
  public AggregateCall {
    arguments = List.copyOf(arguments);
    orderBy = List.copyOf(orderBy);
  }
}
