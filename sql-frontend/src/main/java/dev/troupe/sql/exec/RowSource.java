package dev.troupe.sql.exec;

import dev.troupe.sql.plan.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a running statement. Used by one thread. */
public final class RowSource implements AutoCloseable {
  private final List<Column> columns;
  private final Operator operator;
  private final Execution run;

  RowSource(List<Column> columns, Operator operator, Execution run) {
    this.columns = columns;
    this.operator = operator;
    this.run = run;
  }

  public List<Column> columns() {
    return columns;
  }

  /** The next rows, at least one; null at the end. */
  public @Nullable RowBatch nextBatch() {
    return operator.next();
  }

  /**
   * How many rows a change has changed; known when the first batch, or the end, has been asked for.
   * 0 for queries.
   */
  public long changedRows() {
    return operator.changedRows();
  }

  /** May be called at any time, and again. */
  @Override
  public void close() {
    operator.close();
    run.close();
  }
}
