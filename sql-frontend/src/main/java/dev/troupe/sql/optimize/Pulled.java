package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subquery without the conditions that see the outer query's columns, and these conditions.
 *
 * @param plan puts out the columns that the conditions need
 */
record Pulled(PlanNode plan, List<SqlExpr> conditions) {
  /** Null when something else than conditions sees the columns. */
  static @Nullable Pulled from(PlanNode plan, BitSet columns) {
    if (!PlanNodes.freeColumns(plan).intersects(columns)) {
      return new Pulled(plan, List.of());
    }
    return switch (plan) {
      case PlanNode.Filter n -> filter(n, columns);
      case PlanNode.Project n -> project(n, columns);
      case PlanNode.Join n -> join(n, columns);
      case PlanNode.Sort n -> from(n.input(), columns);
      default -> null;
    };
  }

  private static @Nullable Pulled filter(PlanNode.Filter n, BitSet columns) {
    List<SqlExpr> pulled = new ArrayList<>();
    List<SqlExpr> stay = new ArrayList<>();
    if (!split(n.condition(), columns, pulled, stay)) {
      return null;
    }
    Pulled input = from(n.input(), columns);
    if (input == null) {
      return null;
    }
    pulled.addAll(input.conditions());
    return new Pulled(PushDown.above(input.plan(), stay), pulled);
  }

  private static boolean split(
      @Nullable SqlExpr condition, BitSet columns, List<SqlExpr> pulled, List<SqlExpr> stay) {
    for (SqlExpr term : SqlExprs.conjuncts(condition)) {
      if (!SqlExprs.columns(term).intersects(columns)) {
        stay.add(term);
      } else if (SqlExprs.hasSubquery(term) || SqlExprs.isVolatile(term)) {
        return false;
      } else {
        pulled.add(term);
      }
    }
    return true;
  }

  private static @Nullable Pulled project(PlanNode.Project n, BitSet columns) {
    for (SqlExpr value : n.expressions()) {
      if (SqlExprs.columns(value).intersects(columns)) {
        return null;
      }
    }
    Pulled input = from(n.input(), columns);
    if (input == null) {
      return null;
    }
    BitSet needed = new BitSet();
    input.conditions().forEach(condition -> SqlExprs.addColumns(condition, needed));
    needed.andNot(PlanNodes.outputIds(n));
    List<Column> output = new ArrayList<>(n.output());
    List<SqlExpr> values = new ArrayList<>(n.expressions());
    for (Column column : input.plan().output()) {
      if (needed.get(column.id())) {
        output.add(column);
        values.add(new SqlExpr.ColumnRef(column.id(), column.type()));
      }
    }
    return new Pulled(new PlanNode.Project(input.plan(), output, values), input.conditions());
  }

  private static @Nullable Pulled join(PlanNode.Join n, BitSet columns) {
    List<SqlExpr> pulled = new ArrayList<>();
    List<SqlExpr> stay = new ArrayList<>();
    boolean inner = n.kind() == JoinKind.INNER;
    boolean leftOnly =
        n.kind() == JoinKind.LEFT || n.kind() == JoinKind.SEMI || n.kind() == JoinKind.ANTI;
    if (!inner && !leftOnly) {
      return null;
    }
    if (!split(n.condition(), columns, pulled, stay) || (leftOnly && !pulled.isEmpty())) {
      return null;
    }
    Pulled left = from(n.left(), columns);
    Pulled right = from(n.right(), columns);
    if (left == null || right == null || (leftOnly && !right.conditions().isEmpty())) {
      return null;
    }
    pulled.addAll(left.conditions());
    pulled.addAll(right.conditions());
    return new Pulled(
        new PlanNode.Join(n.kind(), left.plan(), right.plan(), SqlExprs.and(stay)), pulled);
  }
}
