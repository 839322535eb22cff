package dev.troupe.sql.exec;

import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.plan.WindowCall.Exclude;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A partition as seen from one of its rows, which moves. */
final class WindowFrame implements WindowFunction.Frame {
  private static final Object UNKNOWN = new Object();

  private final WindowPartition partition;
  private final FrameBounds bounds;
  private final RowExpr[] arguments;
  private final Execution run;
  private final @Nullable Object[] computed;
  private int current;
  private int start;
  private int end;

  WindowFrame(WindowPartition partition, FrameBounds bounds, RowExpr[] arguments, Execution run) {
    this.partition = partition;
    this.bounds = bounds;
    this.arguments = arguments;
    this.run = run;
    this.computed = new @Nullable Object[partition.size() * arguments.length];
    Arrays.fill(computed, UNKNOWN);
  }

  void moveTo(int row) {
    current = row;
    start = bounds.start(partition, row, run);
    end = bounds.end(partition, row, run);
  }

  @Nullable Object[] row(int index) {
    return partition.row(index);
  }

  boolean excludesAny() {
    return bounds.exclude() != Exclude.NOTHING;
  }

  @Override
  public int partitionRows() {
    return partition.size();
  }

  @Override
  public int currentRow() {
    return current;
  }

  @Override
  public int peersStart() {
    return partition.peersStart(current);
  }

  @Override
  public int peersEnd() {
    return partition.peersEnd(current);
  }

  @Override
  public int frameStart() {
    return start;
  }

  @Override
  public int frameEnd() {
    return end;
  }

  @Override
  public boolean excluded(int row) {
    boolean peer = row >= peersStart() && row < peersEnd();
    return switch (bounds.exclude()) {
      case NOTHING -> false;
      case CURRENT_ROW -> row == current;
      case GROUP -> peer;
      case TIES -> peer && row != current;
    };
  }

  @Override
  public int arguments() {
    return arguments.length;
  }

  @Override
  public int peerGroup() {
    return partition.groupOf(current);
  }

  @Override
  public @Nullable Object argument(int argument, int row) {
    int index = row * arguments.length + argument;
    Object value = computed[index];
    if (value == UNKNOWN) {
      value = arguments[argument].eval(partition.row(row), run);
      computed[index] = value;
    }
    return value;
  }
}
