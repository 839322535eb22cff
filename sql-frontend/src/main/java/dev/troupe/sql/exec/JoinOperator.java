package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/** Goes over the left side row by row; how partners are found is the affair of its subclasses. */
abstract class JoinOperator implements Operator {
  final JoinShape shape;
  final Execution run;
  private final Operator left;
  private @Nullable RowBatch leftBatch;
  private int leftPosition;
  private boolean begun;
  private boolean leftDone;
  private boolean done;

  JoinOperator(JoinShape shape, Operator left, Execution run) {
    this.shape = shape;
    this.left = left;
    this.run = run;
  }

  /** Before the first left row is looked at. */
  abstract void begin();

  /** Puts out what comes of one left row. */
  abstract void join(@Nullable Object[] row, RowBatch out);

  /** After the last left row: puts out some right rows without a partner; false when done. */
  abstract boolean finish(RowBatch out);

  @Override
  public final @Nullable RowBatch next() {
    if (!begun && !done) {
      begun = true;
      begin();
    }
    RowBatch out = new RowBatch();
    while (!done && !out.isFull()) {
      @Nullable Object[] row = leftDone ? null : nextLeft();
      if (row != null) {
        join(row, out);
      } else {
        leftDone = true;
        if (!shape.keepsRight() || !finish(out)) {
          close();
        }
      }
    }
    return out.isEmpty() ? null : out;
  }

  private @Nullable Object @Nullable [] nextLeft() {
    RowBatch batch = leftBatch;
    while (batch == null || leftPosition == batch.size()) {
      run.eval.checkCancelled();
      batch = left.next();
      leftBatch = batch;
      leftPosition = 0;
      if (batch == null) {
        return null;
      }
    }
    return batch.row(leftPosition++);
  }

  @Override
  public void close() {
    done = true;
    left.close();
  }
}
