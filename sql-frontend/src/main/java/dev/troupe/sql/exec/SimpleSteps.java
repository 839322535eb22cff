package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Steps that look at one row at a time. */
final class SimpleSteps {
  private SimpleSteps() {}

  /** Rows of constants. */
  record Values(RowExpr[][] rows) implements Step {
    @Override
    public Operator open(Execution run) {
      var list = new ArrayList<@Nullable Object[]>(rows.length);
      for (RowExpr[] row : rows) {
        list.add(Calls.all(row, Rows.NONE, run));
      }
      return new ListOperator(list, run.memory, 0);
    }
  }

  record Filter(Step input, RowExpr condition) implements Step {
    @Override
    public Operator open(Execution run) {
      Operator rows = input.open(run);
      return new Mapped(rows, run, batch -> keep(batch, condition, run));
    }
  }

  /** Leaves the rows in the batch that fulfil a condition. */
  static void keep(RowBatch batch, RowExpr condition, Execution run) {
    int kept = 0;
    for (int i = 0; i < batch.size(); i++) {
      @Nullable Object[] row = batch.row(i);
      if (condition.isTrue(row, run)) {
        batch.set(kept++, row);
      }
    }
    batch.truncate(kept);
  }

  record Project(Step input, RowExpr[] expressions) implements Step {
    @Override
    public Operator open(Execution run) {
      return project(input.open(run), run);
    }

    @Override
    public Operator open(Execution run, long wanted) {
      return project(input.open(run, wanted), run);
    }

    private Operator project(Operator rows, Execution run) {
      return new Mapped(
          rows,
          run,
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              batch.set(i, Calls.all(expressions, batch.row(i), run));
            }
          });
    }
  }

  /** Changes batches where they are. */
  private record Mapped(Operator input, Execution run, Consumer<RowBatch> change)
      implements Operator {
    @Override
    public @Nullable RowBatch next() {
      for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
        run.eval.checkCancelled();
        change.accept(batch);
        if (!batch.isEmpty()) {
          return batch;
        }
      }
      return null;
    }

    @Override
    public void close() {
      input.close();
    }
  }

  /** Rows of the first input, then those of the second. */
  record Concat(Step first, Step second) implements Step {
    @Override
    public Operator open(Execution run) {
      return new Operator() {
        private @Nullable Operator current = first.open(run);
        private boolean atSecond;

        @Override
        public @Nullable RowBatch next() {
          while (current != null) {
            RowBatch batch = current.next();
            if (batch != null) {
              return batch;
            }
            current.close();
            current = atSecond ? null : second.open(run);
            atSecond = true;
          }
          return null;
        }

        @Override
        public void close() {
          if (current != null) {
            current.close();
            current = null;
          }
        }
      };
    }
  }
}
