package dev.troupe.sql.analyze;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;

/** Makes the columns that come out of plans fit. */
final class Outputs {
  private Outputs() {}

  /** References to all columns of a plan. */
  static List<SqlExpr> references(PlanNode plan) {
    List<SqlExpr> references = new ArrayList<>();
    for (Column column : plan.output()) {
      references.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return references;
  }

  /** Casts columns to other types, implicitly; literals that are still unknown become theirs. */
  static PlanNode cast(Binding binding, PlanNode plan, List<SqlType> types, int position) {
    if (fits(plan, types)) {
      return plan;
    }
    boolean reach = plan instanceof PlanNode.Project;
    PlanNode input = plan instanceof PlanNode.Project project ? project.input() : plan;
    List<SqlExpr> old =
        plan instanceof PlanNode.Project project ? project.expressions() : references(plan);
    List<SqlExpr> cast = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      Column column = plan.output().get(i);
      SqlExpr value = binding.conversions.implicit(old.get(i), types.get(i), position);
      boolean same = value == old.get(i);
      cast.add(value);
      output.add(same && reach ? column : binding.newColumn(column.name(), value.type()));
    }
    return new PlanNode.Project(input, output, cast);
  }

  private static boolean fits(PlanNode plan, List<SqlType> types) {
    for (int i = 0; i < types.size(); i++) {
      if (!plan.output().get(i).type().equals(types.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Makes TEXT of what has no type. */
  static PlanNode known(Binding binding, PlanNode plan, int position) {
    List<SqlType> types = new ArrayList<>();
    boolean change = false;
    for (Column column : plan.output()) {
      boolean unknown = column.type().id() == TypeId.UNKNOWN;
      change |= unknown;
      types.add(unknown ? SqlType.TEXT : column.type());
    }
    return change ? cast(binding, plan, types, position) : plan;
  }
}
