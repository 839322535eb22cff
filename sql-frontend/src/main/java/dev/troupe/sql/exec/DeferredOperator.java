package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/** Does its work when the first rows are asked for, and then gives what the work gave. */
final class DeferredOperator implements Operator {
  /** The work: reads its input and closes it. */
  @FunctionalInterface
  interface Work {
    Operator run();
  }

  private final Operator input;
  private final Work work;
  private @Nullable Operator result;
  private boolean closed;

  DeferredOperator(Operator input, Work work) {
    this.input = input;
    this.work = work;
  }

  @Override
  public @Nullable RowBatch next() {
    if (closed) {
      return null;
    }
    Operator rows = result;
    if (rows == null) {
      rows = work.run();
      result = rows;
    }
    return rows.next();
  }

  @Override
  public void close() {
    closed = true;
    input.close();
    if (result != null) {
      result.close();
    }
  }
}
