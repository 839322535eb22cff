package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;

/**
 * Makes of a logical plan one that gives the same rows with less work. A function of the plan and
 * of what the catalog says; called for every statement, so it is cheap.
 */
public final class Optimizer {
  private Optimizer() {}

  @SuppressWarnings("UnusedVariable") // Statistics come with the choice of access paths.
  public static PlanNode optimize(PlanNode plan, Catalog catalog) {
    return PlanNodes.mapExpressions(plan, Simplifier::simplify);
  }
}
