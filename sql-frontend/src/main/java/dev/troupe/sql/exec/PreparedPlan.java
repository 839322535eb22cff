package dev.troupe.sql.exec;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import java.util.List;

/** A plan ready to be run any number of times, by many sessions at once. Immutable. */
public final class PreparedPlan {
  private final List<Column> columns;
  private final Step step;
  private final int states;
  private final boolean readsOneKey;

  PreparedPlan(List<Column> columns, Step step, int states, boolean readsOneKey) {
    this.columns = columns;
    this.step = step;
    this.states = states;
    this.readsOneKey = readsOneKey;
  }

  public static PreparedPlan of(PlanNode plan) {
    PlanCompiler compiler = new PlanCompiler();
    Step step = compiler.compile(plan);
    return new PreparedPlan(
        List.copyOf(plan.output()), step, compiler.states(), OneKeyPlans.matches(plan));
  }

  public List<Column> columns() {
    return columns;
  }

  /**
   * Whether it reads one key of the key space, if any, gives one row at most and does nothing else:
   * then it needs no transaction but {@link dev.troupe.sql.kv.KvTransactions#readOne}.
   */
  public boolean readsOneKey() {
    return readsOneKey;
  }

  /** Begins to run it. */
  public RowSource open(ExecContext context) {
    Execution run = new Execution(context, states);
    return new RowSource(columns, step.open(run), run);
  }

  /** Runs a change that returns no rows. */
  public ModifyResult run(ExecContext context) {
    try (RowSource source = open(context)) {
      while (source.nextBatch() != null) {
        context.eval().checkCancelled();
      }
      return new ModifyResult(source.changedRows());
    }
  }
}
