package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExprs;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Makes of a logical plan one that gives the same rows with less work: computes constants, turns
 * subqueries into joins, moves conditions down, orders joins, leaves out columns, and chooses
 * indexes. A function of the plan and of what the catalog says.
 */
public final class Optimizer {
  private final Catalog catalog;
  private final Estimates estimates;

  private Optimizer(Catalog catalog) {
    this.catalog = catalog;
    this.estimates = new Estimates(catalog);
  }

  public static PlanNode optimize(PlanNode plan, Catalog catalog) {
    return new Optimizer(catalog).optimize(plan);
  }

  /** How many rows each step of a plan is guessed to give. */
  public static ToDoubleFunction<PlanNode> estimates(PlanNode plan, Catalog catalog) {
    Estimates estimates = new Estimates(catalog);
    estimates.rows(plan);
    return estimates::rows;
  }

  private PlanNode optimize(PlanNode plan) {
    PlanNode simple = PlanNodes.mapExpressions(plan, Simplifier::simplify);
    PlanNode inlined = CommonTables.inline(simple);
    PlanNode pushed = new PushDown(estimates).push(inlined, List.of());
    PlanNode narrow = Pruning.prune(pushed);
    PlanNode physical = new Physical(estimates, catalog).plan(narrow);
    return PlanNodes.mapExpressions(
        physical, expression -> SqlExprs.mapQueries(expression, this::optimize));
  }
}
