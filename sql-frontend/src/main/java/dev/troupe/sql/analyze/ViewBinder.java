package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.syntax.ast.Query;

/** Puts the query of a view in the view's place. */
final class ViewBinder {
  private final Binding binding;

  ViewBinder(Binding binding) {
    this.binding = binding;
  }

  /** The query, with the columns that the view had when it was made. */
  PlanNode plan(ViewDescriptor view) {
    Query query = StoredSql.query(view.sql());
    PlanNode plan = new QueryBinder(binding, null, CteScope.NONE).bind(query).plan();
    return Outputs.cast(binding, plan, view.columnTypes(), -1);
  }
}
