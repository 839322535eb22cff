package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WITH, and what reads its tables. */
final class CteSteps {
  private CteSteps() {}

  /**
   * Makes the tables known and runs the input.
   *
   * @param changing which definitions change data. They are run to their end whether anybody reads
   *     their rows or not, but as late as possible: nothing else in the statement is to see what
   *     they change.
   */
  record With(CteState.Definition[] definitions, boolean[] changing, Step input) implements Step {
    @Override
    public Operator open(Execution run) {
      var states = new CteState[definitions.length];
      var toFinish = new ArrayList<CteState>();
      for (int i = 0; i < states.length; i++) {
        states[i] = new CteState(definitions[i], run);
        run.set(definitions[i].all(), states[i]);
        if (changing[i]) {
          toFinish.add(states[i]);
        }
      }
      Operator rows = input.open(run);
      Operator result =
          toFinish.isEmpty() ? rows : new DeferredOperator(rows, () -> all(rows, toFinish, run));
      return new WithOperator(states, rows, result);
    }

    private static Operator all(Operator rows, List<CteState> toFinish, Execution run) {
      var list = new ArrayList<@Nullable Object[]>();
      long bytes = Rows.drain(rows, run, list);
      toFinish.forEach(CteState::finish);
      return new ListOperator(list, run.memory, bytes);
    }
  }

  /** Gives back what the tables hold when the rows are no more wanted. */
  private record WithOperator(CteState[] states, Operator input, Operator rows)
      implements Operator {
    @Override
    public @Nullable RowBatch next() {
      return rows.next();
    }

    @Override
    public long changedRows() {
      return input.changedRows();
    }

    @Override
    public void close() {
      rows.close();
      for (CteState state : states) {
        state.close();
      }
    }
  }

  /** Reads all rows of such a table. */
  record Scan(StateKey<CteState> table) implements Step {
    @Override
    public Operator open(Execution run) {
      CteState state = run.get(table);
      return new Operator() {
        private int position;

        @Override
        public @Nullable RowBatch next() {
          int end = Math.min(state.available(position), position + RowBatch.ROWS_MAX);
          if (position >= end) {
            return null;
          }
          RowBatch batch = new RowBatch(end - position);
          while (position < end) {
            batch.add(state.row(position++));
          }
          return batch;
        }

        @Override
        public void close() {
          position = Integer.MAX_VALUE - RowBatch.ROWS_MAX;
        }
      };
    }
  }

  /** Reads the rows of the last round of a recursive one. */
  record RoundScan(StateKey<CteState.LastRound> round) implements Step {
    @Override
    public Operator open(Execution run) {
      return new ListOperator(run.get(round).rows(), run.memory, 0);
    }
  }
}
