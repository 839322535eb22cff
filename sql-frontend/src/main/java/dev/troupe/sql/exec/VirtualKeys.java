package dev.troupe.sql.exec;

import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out which columns of a virtual table a filter fixes, so that it need not make all rows. */
final class VirtualKeys {
  private VirtualKeys() {}

  /** Values by ordinal of the table's columns. */
  static Map<Integer, RowExpr> of(PlanNode.VirtualScan node, ExprCompiler expressions) {
    var equal = new HashMap<Integer, RowExpr>();
    for (SqlExpr term : terms(node.filter())) {
      if (term instanceof SqlExpr.Call call
          && call.function().name().equals("=")
          && call.arguments().size() == 2) {
        SqlExpr left = call.arguments().getFirst();
        SqlExpr right = call.arguments().getLast();
        add(node, left, right, expressions, equal);
        add(node, right, left, expressions, equal);
      }
    }
    return equal;
  }

  private static List<SqlExpr> terms(@Nullable SqlExpr filter) {
    if (filter == null) {
      return List.of();
    }
    return filter instanceof SqlExpr.And and ? and.terms() : List.of(filter);
  }

  private static void add(
      PlanNode.VirtualScan node,
      SqlExpr column,
      SqlExpr value,
      ExprCompiler expressions,
      Map<Integer, RowExpr> equal) {
    Layout layout = PlanCompiler.layout(node);
    int slot = slot(column, layout);
    boolean known =
        value instanceof SqlExpr.Constant
            || value instanceof SqlExpr.Parameter
            || (value instanceof SqlExpr.ColumnRef && slot(value, layout) < 0);
    if (slot >= 0 && known && column.type().isSameAs(value.type())) {
      equal.put(node.ordinals().get(slot), expressions.compile(value, Layout.EMPTY));
    }
  }

  private static int slot(SqlExpr expression, Layout layout) {
    return expression instanceof SqlExpr.ColumnRef column ? layout.slot(column.column()) : -1;
  }
}
