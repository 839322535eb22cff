package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
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
    if (plan.output().size() != view.columnTypes().size()) {
      // Of before "*" was written out: what it means has changed with the tables.
      throw SqlException.of(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
              "view \"%s\" gives %d columns now instead of %d",
              view.name(),
              plan.output().size(),
              view.columnTypes().size())
          .withHint("Drop it and create it again.");
    }
    return Outputs.cast(binding, plan, view.columnTypes(), -1);
  }
}
