package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns round a semi-join of a large table with few keys: the different keys are looked up in the
 * table, instead of reading all of it to see which rows have one.
 */
final class SemiJoinByKey {
  /** How many times more rows the table must have than there are keys. */
  private static final double RATIO_MIN = 5;

  private final Estimates estimates;

  SemiJoinByKey(Estimates estimates) {
    this.estimates = estimates;
  }

  /**
   * The other join; null when the keys are many, or not all that the join is about.
   *
   * @param on the conditions of the join
   */
  @Nullable PlanNode of(PlanNode.Join join, List<SqlExpr> on) {
    boolean suitable =
        join.kind() == JoinKind.SEMI
            && join.left() instanceof PlanNode.Scan table
            && !on.isEmpty()
            && JoinCluster.hasIndex(table, on)
            && estimates.rows(join.right()) * RATIO_MIN < estimates.rows(join.left());
    List<SqlExpr> keys = suitable ? keys(join, on) : null;
    if (keys == null) {
      return null;
    }
    List<Column> keyColumns = new ArrayList<>();
    for (SqlExpr key : keys) {
      for (Column column : join.right().output()) {
        if (key instanceof SqlExpr.ColumnRef ref && ref.column() == column.id()) {
          keyColumns.add(column);
        }
      }
    }
    PlanNode different =
        new PlanNode.Distinct(new PlanNode.Project(join.right(), keyColumns, keys), keys, false);
    PlanNode found = new PlanNode.Join(JoinKind.INNER, different, join.left(), join.condition());
    List<SqlExpr> values = new ArrayList<>();
    for (Column column : join.left().output()) {
      values.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return new PlanNode.Project(found, join.left().output(), values);
  }

  /**
   * The columns of the right side, each of which equals a column of the left one of the same type;
   * null when there are other conditions. Then a row has one partner at most among different keys.
   */
  private static @Nullable List<SqlExpr> keys(PlanNode.Join join, List<SqlExpr> on) {
    BitSet right = PlanNodes.outputIds(join.right());
    List<SqlExpr> keys = new ArrayList<>();
    for (SqlExpr condition : on) {
      boolean equality =
          condition instanceof SqlExpr.Call call
              && call.function().name().equals("=")
              && call.arguments().size() == 2
              && call.arguments().get(0) instanceof SqlExpr.ColumnRef a
              && call.arguments().get(1) instanceof SqlExpr.ColumnRef b
              && a.type().isSameAs(b.type())
              && right.get(a.column()) != right.get(b.column());
      if (!equality || !(condition instanceof SqlExpr.Call call)) {
        return null;
      }
      for (SqlExpr side : call.arguments()) {
        boolean key = side instanceof SqlExpr.ColumnRef ref && right.get(ref.column());
        if (key && !keys.contains(side)) {
          keys.add(side);
        }
      }
    }
    return keys;
  }
}
