package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate over the rows that belong to a row of the outer query, computed for all outer rows
 * at once: {@code (SELECT sum(x) FROM t WHERE t.a = outer.b)} by groups of {@code t.a}.
 *
 * @param groups to be joined to the outer query by a left join
 * @param condition of that join
 * @param value the subquery's value, over the joined row
 */
record GroupedSubquery(PlanNode groups, SqlExpr condition, SqlExpr value) {
  /** Null when it is something else. */
  static @Nullable GroupedSubquery of(PlanNode query, BitSet outer) {
    SqlExpr value = null;
    PlanNode plan = query;
    if (query instanceof PlanNode.Project project && project.expressions().size() == 1) {
      value = project.expressions().getFirst();
      plan = project.input();
    }
    if (!(plan instanceof PlanNode.Aggregate aggregate)
        || !aggregate.groupBy().isEmpty()
        || aggregate.groupingSets() != null) {
      return null;
    }
    if (value == null) {
      Column only = aggregate.output().getFirst();
      value = new SqlExpr.ColumnRef(only.id(), only.type());
    }
    boolean plain =
        !SqlExprs.columns(value).intersects(outer)
            && !SqlExprs.hasSubquery(value)
            && aggregate.calls().stream().noneMatch(call -> sees(call, outer));
    Pulled pulled = plain ? Pulled.from(aggregate.input(), outer) : null;
    return pulled == null ? null : grouped(aggregate, value, pulled, outer);
  }

  private static boolean sees(AggregateCall call, BitSet outer) {
    BitSet columns = new BitSet();
    call.arguments().forEach(argument -> SqlExprs.addColumns(argument, columns));
    call.orderBy().forEach(key -> SqlExprs.addColumns(key.expression(), columns));
    SqlExpr filter = call.filter();
    if (filter != null) {
      SqlExprs.addColumns(filter, columns);
    }
    return columns.intersects(outer);
  }

  private static @Nullable GroupedSubquery grouped(
      PlanNode.Aggregate aggregate, SqlExpr value, Pulled pulled, BitSet outer) {
    List<SqlExpr> keys = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (SqlExpr condition : pulled.conditions()) {
      SqlExpr.ColumnRef key = groupKey(condition, outer);
      if (key == null) {
        return null;
      }
      if (!keys.contains(key)) {
        keys.add(key);
        output.add(column(pulled.plan(), key));
      }
    }
    if (keys.isEmpty()) {
      return null;
    }
    aggregate.calls().forEach(call -> output.add(call.output()));
    PlanNode groups =
        new PlanNode.Aggregate(pulled.plan(), output, keys, null, aggregate.calls(), false);
    SqlExpr condition = SqlExprs.and(pulled.conditions());
    return condition == null
        ? null
        : new GroupedSubquery(groups, condition, overMissingGroups(value, aggregate));
  }

  /** The column in {@code column = outer}; null when the condition is another one. */
  private static SqlExpr.@Nullable ColumnRef groupKey(SqlExpr condition, BitSet outer) {
    if (!(condition instanceof SqlExpr.Call call)
        || !call.function().name().equals("=")
        || call.arguments().size() != 2) {
      return null;
    }
    for (int side = 0; side < 2; side++) {
      BitSet other = SqlExprs.columns(call.arguments().get(1 - side));
      BitSet outside = (BitSet) other.clone();
      outside.andNot(outer);
      boolean fits =
          call.arguments().get(side) instanceof SqlExpr.ColumnRef ref
              && !outer.get(ref.column())
              && outside.isEmpty();
      if (fits && call.arguments().get(side) instanceof SqlExpr.ColumnRef ref) {
        return ref;
      }
    }
    return null;
  }

  private static Column column(PlanNode plan, SqlExpr.ColumnRef key) {
    for (Column column : plan.output()) {
      if (column.id() == key.column()) {
        return column;
      }
    }
    throw new IllegalStateException("column " + key.column() + " is not put out");
  }

  /** Of no rows counts are 0, and all other aggregates NULL as the missing group is. */
  private static SqlExpr overMissingGroups(SqlExpr value, PlanNode.Aggregate aggregate) {
    Map<Integer, SqlExpr> counts = new HashMap<>();
    for (AggregateCall call : aggregate.calls()) {
      String name = call.function().name();
      if (name.equals("count") || name.equals("regr_count")) {
        SqlExpr reference = new SqlExpr.ColumnRef(call.output().id(), call.output().type());
        SqlExpr zero = new SqlExpr.Constant(0L, call.output().type());
        counts.put(
            call.output().id(),
            new SqlExpr.Coalesce(List.of(reference, zero), call.output().type()));
      }
    }
    return counts.isEmpty()
        ? value
        : SqlExprs.replace(
            value, part -> part instanceof SqlExpr.ColumnRef ref ? counts.get(ref.column()) : null);
  }
}
