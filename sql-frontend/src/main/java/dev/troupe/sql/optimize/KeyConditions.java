package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.CastFunction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.IndexAccess.Bound;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the conditions of a scan say about single columns, in the form that keys need. */
final class KeyConditions {
  /** More values than this are filtered, not looked up one by one. */
  private static final int VALUES_MAX = 1000;

  private final Map<Integer, Integer> columnIds = new HashMap<>();
  private final Map<Integer, SqlType> types = new HashMap<>();
  private final BitSet own;
  private final Map<Integer, OfColumn> byColumn = new HashMap<>();

  /** A condition by which a column equals one of some values. */
  record Values(List<SqlExpr> values, SqlExpr condition) {}

  /** A bound and the condition that it comes from. */
  record Limit(Bound bound, SqlExpr condition) {}

  /** What is known of a column; the last of several conditions of a kind is left to the filter. */
  static final class OfColumn {
    @Nullable Values equal;
    @Nullable Limit lower;
    @Nullable Limit upper;
  }

  /**
   * @param conditions over the scan's output; columns of other inputs count as known
   */
  KeyConditions(PlanNode.Scan scan, List<SqlExpr> conditions) {
    own = PlanNodes.outputIds(scan);
    for (int i = 0; i < scan.output().size(); i++) {
      Column column = scan.output().get(i);
      columnIds.put(column.id(), scan.columns().get(i));
      types.put(scan.columns().get(i), column.type());
    }
    conditions.forEach(this::add);
  }

  @Nullable OfColumn of(int tableColumn) {
    return byColumn.get(tableColumn);
  }

  boolean isEmpty() {
    return byColumn.isEmpty();
  }

  private void add(SqlExpr condition) {
    switch (condition) {
      case SqlExpr.Call call when call.arguments().size() == 2 -> comparison(call);
      case SqlExpr.InList in when !in.negated() && in.values().size() <= VALUES_MAX ->
          equal(in.term(), in.values(), in);
      case SqlExpr.Or or -> alternatives(or);
      case SqlExpr.ColumnRef ref -> equal(ref, List.of(SqlExprs.TRUE), ref);
      case SqlExpr.Not not when not.term() instanceof SqlExpr.ColumnRef ref ->
          equal(ref, List.of(SqlExprs.FALSE), not);
      default -> {}
    }
  }

  private void comparison(SqlExpr.Call call) {
    SqlExpr left = call.arguments().get(0);
    SqlExpr right = call.arguments().get(1);
    String operator = call.function().name();
    if (isOwnColumn(left)) {
      compare(left, operator, right, call);
    } else if (isOwnColumn(right)) {
      compare(right, mirrored(operator), left, call);
    }
  }

  private static String mirrored(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private void compare(SqlExpr column, String operator, SqlExpr value, SqlExpr condition) {
    switch (operator) {
      case "=" -> equal(column, List.of(value), condition);
      case "<" -> bound(column, value, false, false, condition);
      case "<=" -> bound(column, value, false, true, condition);
      case ">" -> bound(column, value, true, false, condition);
      case ">=" -> bound(column, value, true, true, condition);
      default -> {}
    }
  }

  private boolean isOwnColumn(SqlExpr e) {
    return unwrapped(e) instanceof SqlExpr.ColumnRef ref && columnIds.containsKey(ref.column());
  }

  /** A cast that leaves values as they are does not hide the column. */
  private static SqlExpr unwrapped(SqlExpr e) {
    return e instanceof SqlExpr.Call call
            && call.function() instanceof CastFunction cast
            && cast.relabels()
        ? unwrapped(call.arguments().getFirst())
        : e;
  }

  /** The id in the table of a column of the scan; 0 when it is none. */
  private int tableColumn(SqlExpr e) {
    return unwrapped(e) instanceof SqlExpr.ColumnRef ref
        ? columnIds.getOrDefault(ref.column(), 0)
        : 0;
  }

  private OfColumn at(int tableColumn) {
    return byColumn.computeIfAbsent(tableColumn, id -> new OfColumn());
  }

  private void equal(SqlExpr term, List<SqlExpr> values, SqlExpr condition) {
    int column = tableColumn(term);
    SqlType type = types.get(column);
    if (column == 0 || type == null) {
      return;
    }
    List<SqlExpr> keys = new ArrayList<>();
    for (SqlExpr value : values) {
      SqlExpr key = keyValue(value, type, true);
      if (key == null) {
        return;
      }
      keys.add(key);
    }
    OfColumn known = at(column);
    if (known.equal == null || keys.size() < known.equal.values().size()) {
      known.equal = new Values(keys, condition);
    }
  }

  private void bound(
      SqlExpr term, SqlExpr value, boolean lower, boolean inclusive, SqlExpr condition) {
    int column = tableColumn(term);
    SqlType type = types.get(column);
    SqlExpr key = type == null ? null : keyValue(value, type, false);
    if (key == null) {
      return;
    }
    OfColumn known = at(column);
    Limit limit = new Limit(new Bound(key, inclusive), condition);
    if (lower && known.lower == null) {
      known.lower = limit;
    } else if (!lower && known.upper == null) {
      known.upper = limit;
    }
  }

  /** Null when the value differs by row, or is not of the key's type and cannot be made so. */
  private @Nullable SqlExpr keyValue(SqlExpr value, SqlType key, boolean equality) {
    boolean known =
        !SqlExprs.columns(value).intersects(own)
            && !SqlExprs.hasSubquery(value)
            && !SqlExprs.isVolatile(value);
    if (!known) {
      return null;
    }
    SqlType type = value.type();
    if (type.isSameAs(key) || CastFunction.isRelabel(type, key.plain())) {
      return value;
    }
    if (CastFunction.isRelabel(key, type)) {
      return value;
    }
    if (ExactCast.isWidening(type, key)) {
      return Simplifier.simplify(
          new SqlExpr.Call(
              new CastFunction(type, key.plain(), false), List.of(value), key.plain()));
    }
    if (!ExactCast.isPossible(type, key)) {
      return null;
    }
    SqlExpr exact =
        Simplifier.simplify(
            new SqlExpr.Call(ExactCast.of(type, key.plain()), List.of(value), key.plain()));
    boolean usable =
        equality || (exact instanceof SqlExpr.Constant constant && constant.value() != null);
    return usable ? exact : null;
  }

  /** {@code a = 1 OR a = 2} is a list of values. */
  private void alternatives(SqlExpr.Or or) {
    SqlExpr term = null;
    List<SqlExpr> values = new ArrayList<>();
    for (SqlExpr part : or.terms()) {
      boolean equality =
          part instanceof SqlExpr.Call call
              && call.function().name().equals("=")
              && call.arguments().size() == 2;
      if (!equality || !(part instanceof SqlExpr.Call call)) {
        return;
      }
      boolean columnLeft = isOwnColumn(call.arguments().get(0));
      SqlExpr column = call.arguments().get(columnLeft ? 0 : 1);
      if (tableColumn(column) == 0 || (term != null && tableColumn(term) != tableColumn(column))) {
        return;
      }
      term = column;
      values.add(call.arguments().get(columnLeft ? 1 : 0));
    }
    if (term != null) {
      equal(term, values, or);
    }
  }
}
