package dev.troupe.sql.analyze;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Gathers the columns of a projection: those that come out, then hidden ones that only the order
 * needs. A column of the input that is passed on unchanged keeps its id; one of a query around this
 * one gets another, since an outer join may put NULL in its place here and not there.
 */
final class ProjectionBuilder {
  private final Binding binding;
  private final List<Column> columns = new ArrayList<>();
  private final List<SqlExpr> values = new ArrayList<>();
  private final BitSet input;
  private final BitSet used = new BitSet();
  private int visible;

  /**
   * @param input what the values are computed over
   */
  ProjectionBuilder(Binding binding, PlanNode input) {
    this.binding = binding;
    this.input = PlanNodes.outputIds(input);
  }

  void addVisible(String name, SqlExpr value) {
    add(name, value);
    visible = columns.size();
  }

  private Column add(String name, SqlExpr value) {
    boolean keeps =
        value instanceof SqlExpr.ColumnRef ref
            && input.get(ref.column())
            && !used.get(ref.column());
    Column column =
        keeps && value instanceof SqlExpr.ColumnRef ref
            ? new Column(ref.column(), name, ref.type())
            : binding.newColumn(name, value.type());
    if (!keeps) {
      binding.passOn(value, column.id());
    }
    used.set(column.id());
    columns.add(column);
    values.add(value);
    return column;
  }

  boolean isVisible(SqlExpr value) {
    int index = values.indexOf(value);
    return index >= 0 && index < visible;
  }

  /** The column with this value; a hidden one is added when there is none. */
  SqlExpr columnFor(SqlExpr value) {
    int index = values.indexOf(value);
    Column column = index >= 0 ? columns.get(index) : add("?sort?", value);
    return new SqlExpr.ColumnRef(column.id(), column.type());
  }

  List<SqlExpr> visibleReferences() {
    List<SqlExpr> references = new ArrayList<>();
    for (Column column : columns.subList(0, visible)) {
      references.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return references;
  }

  PlanNode over(PlanNode input) {
    return new PlanNode.Project(input, List.copyOf(columns), List.copyOf(values));
  }

  PlanNode withoutHidden(PlanNode plan) {
    return visible == columns.size()
        ? plan
        : new PlanNode.Project(plan, List.copyOf(columns.subList(0, visible)), visibleReferences());
  }
}
