package dev.troupe.sql.exec;

import dev.troupe.sql.plan.PlanNode;

/** Runs plans that are run once. */
public final class Executor {
  private Executor() {}

  public static RowSource open(PlanNode plan, ExecContext context) {
    return PreparedPlan.of(plan).open(context);
  }
}
