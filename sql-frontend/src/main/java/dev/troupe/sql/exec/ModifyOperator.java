package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a change when the first rows are asked for: reads all of its input, so that it does not meet
 * its own rows, changes the table, and gives what RETURNING asks for.
 */
final class ModifyOperator implements Operator {
  /** How the rows of the input change the table. */
  interface Change {
    /**
     * Changes the table.
     *
     * @param returned gets the rows that RETURNING asks for
     * @return how many rows were changed
     */
    long apply(List<@Nullable Object[]> input, List<@Nullable Object[]> returned, Execution run);
  }

  private final Step input;
  private final Change change;
  private final Execution run;
  private @Nullable Operator result;
  private long changedRows;
  private boolean closed;

  ModifyOperator(Step input, Change change, Execution run) {
    this.input = input;
    this.change = change;
    this.run = run;
  }

  @Override
  public @Nullable RowBatch next() {
    if (closed) {
      return null;
    }
    Operator rows = result;
    if (rows == null) {
      rows = change();
      result = rows;
    }
    return rows.next();
  }

  private Operator change() {
    var rows = new ArrayList<@Nullable Object[]>();
    var returned = new ArrayList<@Nullable Object[]>();
    long bytes = Rows.drain(input.open(run), run, rows);
    try {
      changedRows = change.apply(rows, returned, run);
      long held = 0;
      for (@Nullable Object[] row : returned) {
        held += ValueSizes.of(row);
      }
      run.memory.take(held);
      return new ListOperator(returned, run.memory, held);
    } finally {
      run.memory.give(bytes);
    }
  }

  @Override
  public long changedRows() {
    return changedRows;
  }

  @Override
  public void close() {
    closed = true;
    if (result != null) {
      result.close();
    }
  }
}
