package dev.troupe.sql.exec;

import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins two sides that come in the order of their keys. */
record MergeJoinStep(
    JoinShape shape,
    Step left,
    Step right,
    RowExpr[] leftKeys,
    RowExpr[] rightKeys,
    ValueOrder[] orders)
    implements Step {
  @Override
  public Operator open(Execution run) {
    return new MergeJoin(this, run);
  }

  /** Goes over one side row by row. */
  private static final class Side {
    private final Operator rows;
    private final RowExpr[] keys;
    private final Execution run;
    private @Nullable RowBatch batch;
    private int position;
    @Nullable Object @Nullable [] row;
    @Nullable Object[] key = Rows.NONE;

    Side(Operator rows, RowExpr[] keys, Execution run) {
      this.rows = rows;
      this.keys = keys;
      this.run = run;
    }

    void advance() {
      RowBatch current = batch;
      while (current == null || position == current.size()) {
        run.eval.checkCancelled();
        current = rows.next();
        batch = current;
        position = 0;
        if (current == null) {
          row = null;
          return;
        }
      }
      @Nullable Object[] next = current.row(position++);
      row = next;
      key = Calls.all(keys, next, run);
    }

    boolean hasNullKey() {
      for (Object value : key) {
        if (value == null) {
          return true;
        }
      }
      return false;
    }
  }

  private static final class MergeJoin implements Operator {
    private final MergeJoinStep step;
    private final JoinShape shape;
    private final Execution run;
    private final Side left;
    private final Side right;

    /** Right rows of one key, while there are left rows of that key. */
    private final List<@Nullable Object[]> group = new ArrayList<>();

    private final BitSet matched = new BitSet();
    private @Nullable Object[] groupKey = Rows.NONE;
    private long bytes;
    private boolean begun;
    private boolean done;

    MergeJoin(MergeJoinStep step, Execution run) {
      this.step = step;
      this.shape = step.shape;
      this.run = run;
      this.left = new Side(step.left.open(run), step.leftKeys, run);
      this.right = new Side(step.right.open(run), step.rightKeys, run);
    }

    @Override
    public @Nullable RowBatch next() {
      if (!begun && !done) {
        begun = true;
        left.advance();
        right.advance();
      }
      RowBatch out = new RowBatch();
      while (!done && !out.isFull()) {
        advance(out);
      }
      return out.isEmpty() ? null : out;
    }

    private void advance(RowBatch out) {
      @Nullable Object[] leftRow = left.row;
      @Nullable Object[] rightRow = right.row;
      if (leftRow != null && !group.isEmpty() && compare(left.key, groupKey) == 0) {
        joinGroup(leftRow, out);
        left.advance();
      } else if (!group.isEmpty()) {
        endGroup(out);
      } else if (leftRow == null && (rightRow == null || !shape.keepsRight())) {
        close();
      } else if (leftRow != null && (rightRow == null || left.hasNullKey() || isLeftBehind())) {
        shape.finishLeft(leftRow, false, out);
        left.advance();
      } else if (rightRow != null
          && (leftRow == null || right.hasNullKey() || compare(left.key, right.key) > 0)) {
        if (shape.keepsRight()) {
          shape.rightAlone(rightRow, out);
        }
        right.advance();
      } else {
        beginGroup();
      }
    }

    /** Against a right row without a key nothing can be said about the left one yet. */
    private boolean isLeftBehind() {
      return !right.hasNullKey() && compare(left.key, right.key) < 0;
    }

    private int compare(@Nullable Object[] a, @Nullable Object[] b) {
      for (int i = 0; i < step.orders.length; i++) {
        int difference = step.orders[i].compareNullsLast(a[i], b[i]);
        if (difference != 0) {
          return difference;
        }
      }
      return 0;
    }

    private void beginGroup() {
      groupKey = right.key;
      for (@Nullable Object[] row = right.row;
          row != null && compare(right.key, groupKey) == 0;
          row = right.row) {
        long size = ValueSizes.of(row);
        run.memory.take(size);
        bytes += size;
        group.add(row);
        right.advance();
      }
    }

    private void joinGroup(@Nullable Object[] leftRow, RowBatch out) {
      boolean found = false;
      for (int i = 0; i < group.size(); i++) {
        if (shape.pair(leftRow, group.get(i), out, run)) {
          found = true;
          if (shape.isDecidedByOne()) {
            break;
          }
          matched.set(i);
        }
      }
      shape.finishLeft(leftRow, found, out);
    }

    private void endGroup(RowBatch out) {
      for (int i = 0; shape.keepsRight() && i < group.size(); i++) {
        if (!matched.get(i)) {
          shape.rightAlone(group.get(i), out);
        }
      }
      forgetGroup();
    }

    private void forgetGroup() {
      group.clear();
      matched.clear();
      run.memory.give(bytes);
      bytes = 0;
    }

    @Override
    public void close() {
      done = true;
      forgetGroup();
      left.rows.close();
      right.rows.close();
    }
  }
}
