package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import org.jspecify.annotations.Nullable;

/** WITH, and what reads its tables. */
final class CteSteps {
  private CteSteps() {}

  /**
   * Makes the tables known and runs the input.
   *
   * @param changing which definitions change data: they are run to their end in any case, before
   *     the input
   */
  record With(CteState.Definition[] definitions, boolean[] changing, Step input) implements Step {
    @Override
    public Operator open(Execution run) {
      var states = new CteState[definitions.length];
      for (int i = 0; i < states.length; i++) {
        states[i] = new CteState(definitions[i], run);
        run.set(definitions[i].all(), states[i]);
      }
      for (int i = 0; i < states.length; i++) {
        if (changing[i]) {
          states[i].finish();
        }
      }
      Operator rows = input.open(run);
      return new Operator() {
        @Override
        public @Nullable RowBatch next() {
          return rows.next();
        }

        @Override
        public long changedRows() {
          return rows.changedRows();
        }

        @Override
        public void close() {
          rows.close();
          for (CteState state : states) {
            state.close();
          }
        }
      };
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
