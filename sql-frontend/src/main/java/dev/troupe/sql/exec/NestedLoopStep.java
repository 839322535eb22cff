package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares every left row with every right one, which are kept in memory. */
record NestedLoopStep(JoinShape shape, Step left, Step right) implements Step {
  @Override
  public Operator open(Execution run) {
    return new NestedLoop(shape, left.open(run), right, run);
  }

  private static final class NestedLoop extends JoinOperator {
    /** So many pairs are looked at between two looks at whether to go on. */
    private static final int PAIRS_UNCHECKED = 16_384;

    private final Step right;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final BitSet matched = new BitSet();
    private long bytes;
    private int unchecked;
    private int alone;

    NestedLoop(JoinShape shape, Operator left, Step right, Execution run) {
      super(shape, left, run);
      this.right = right;
    }

    @Override
    void begin() {
      bytes = Rows.drain(right.open(run), run, rows);
    }

    @Override
    void join(@Nullable Object[] row, RowBatch out) {
      boolean found = false;
      for (int i = 0; i < rows.size(); i++) {
        if (++unchecked == PAIRS_UNCHECKED) {
          run.eval.checkCancelled();
          unchecked = 0;
        }
        if (shape.pair(row, rows.get(i), out, run)) {
          found = true;
          if (shape.isDecidedByOne()) {
            break;
          }
          if (shape.keepsRight()) {
            matched.set(i);
          }
        }
      }
      shape.finishLeft(row, found, out);
    }

    @Override
    boolean finish(RowBatch out) {
      while (alone < rows.size() && !out.isFull()) {
        if (!matched.get(alone)) {
          shape.rightAlone(rows.get(alone), out);
        }
        alone++;
      }
      return alone < rows.size();
    }

    @Override
    public void close() {
      super.close();
      rows.clear();
      run.memory.give(bytes);
      bytes = 0;
    }
  }
}
