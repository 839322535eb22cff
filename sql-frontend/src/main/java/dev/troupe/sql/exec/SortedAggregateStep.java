package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/** Groups rows whose equal ones follow each other: keeps one group at a time. */
record SortedAggregateStep(Step input, RowExpr[] groupBy, KeyShape shape, CompiledAggregate[] calls)
    implements Step {
  @Override
  public Operator open(Execution run) {
    return new SortedAggregate(this, input.open(run), run);
  }

  private static final class SortedAggregate implements Operator {
    private final SortedAggregateStep step;
    private final Operator input;
    private final Execution run;
    private @Nullable Object key;
    private AggregateStep.@Nullable Group group;
    private long bytes;
    private boolean done;

    SortedAggregate(SortedAggregateStep step, Operator input, Execution run) {
      this.step = step;
      this.input = input;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      RowBatch out = new RowBatch();
      while (!done && out.isEmpty()) {
        run.eval.checkCancelled();
        RowBatch batch = input.next();
        for (int i = 0; batch != null && i < batch.size(); i++) {
          add(batch.row(i), out);
        }
        if (batch == null) {
          endGroup(out);
          close();
        }
      }
      return out.isEmpty() ? null : out;
    }

    private void add(@Nullable Object[] row, RowBatch out) {
      @Nullable Object[] values = Calls.all(step.groupBy, row, run);
      Object next = step.shape.key(values);
      AggregateStep.Group current = group;
      if (current == null || !next.equals(key)) {
        endGroup(out);
        key = next;
        current = new AggregateStep.Group(values, step.calls);
        group = current;
      }
      long grown = current.add(row, run);
      run.memory.take(grown);
      bytes += grown;
    }

    private void endGroup(RowBatch out) {
      if (group != null) {
        out.add(group.result(run, 0));
        group = null;
        run.memory.give(bytes);
        bytes = 0;
      }
    }

    @Override
    public void close() {
      done = true;
      input.close();
      run.memory.give(bytes);
      bytes = 0;
    }
  }
}
