package dev.troupe.sql.optimize;

import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the conditions of a query demand what a partial index holds. */
final class PartialIndexes {
  private final Catalog catalog;

  PartialIndexes(Catalog catalog) {
    this.catalog = catalog;
  }

  boolean isPartial(IndexDescriptor index) {
    return index.predicateSql() != null;
  }

  /**
   * The conditions that an index fulfils by what it holds; null when it does not hold all rows that
   * are wanted.
   */
  @Nullable List<SqlExpr> implied(
      PlanNode.Scan scan, IndexDescriptor index, List<SqlExpr> conditions) {
    String sql = index.predicateSql();
    if (sql == null) {
      return List.of();
    }
    List<SqlExpr> demanded = SqlExprs.conjuncts(predicate(scan, sql));
    return conditions.containsAll(demanded) ? demanded : null;
  }

  /** The predicate over the scan's columns; those that it does not put out make it differ. */
  private SqlExpr predicate(PlanNode.Scan scan, String sql) {
    TableDescriptor table = scan.table();
    Binder.BoundExpression bound =
        Binder.bindExpression(sql, table, Binder.Purpose.INDEX_PREDICATE, SqlType.BOOL, catalog);
    Map<Integer, SqlExpr> columns = new HashMap<>();
    for (int i = 0; i < table.columns().size(); i++) {
      int position = scan.columns().indexOf(table.columns().get(i).id());
      if (position >= 0) {
        Column column = scan.output().get(position);
        columns.put(bound.row().get(i).id(), new SqlExpr.ColumnRef(column.id(), column.type()));
      } else {
        columns.put(bound.row().get(i).id(), new SqlExpr.ColumnRef(0, column(table, i)));
      }
    }
    return PushDown.substituted(bound.expression(), columns);
  }

  private static SqlType column(TableDescriptor table, int position) {
    return table.columns().get(position).type();
  }
}
