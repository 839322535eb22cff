package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.plan.WindowCall.BoundKind;
import dev.troupe.sql.plan.WindowCall.Exclude;
import dev.troupe.sql.plan.WindowCall.Unit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a window's frame begins and ends.
 *
 * @param startOffset of PRECEDING and FOLLOWING; otherwise null
 * @param range knows the order's key, for RANGE with offsets; otherwise null
 */
record FrameBounds(
    Unit unit,
    BoundKind start,
    @Nullable RowExpr startOffset,
    BoundKind end,
    @Nullable RowExpr endOffset,
    Exclude exclude,
    @Nullable RangeSearch range) {
  static FrameBounds of(
      WindowCall.Frame frame, List<SortKey> orderBy, ExprCompiler expressions, Layout layout) {
    RowExpr startOffset = expressions.compileIfAny(frame.startOffset(), Layout.EMPTY);
    RowExpr endOffset = expressions.compileIfAny(frame.endOffset(), Layout.EMPTY);
    boolean searches = frame.unit() == Unit.RANGE && (startOffset != null || endOffset != null);
    return new FrameBounds(
        frame.unit(),
        frame.start(),
        startOffset,
        frame.end(),
        endOffset,
        frame.exclude(),
        searches ? RangeSearch.of(orderBy.getFirst(), expressions, layout) : null);
  }

  /** First row of the frame. */
  int start(WindowPartition partition, int row, Execution run) {
    return switch (start) {
      case UNBOUNDED_PRECEDING -> 0;
      case CURRENT_ROW -> unit == Unit.ROWS ? row : partition.peersStart(row);
      case PRECEDING -> offsetStart(partition, row, startOffset, true, run);
      case FOLLOWING -> offsetStart(partition, row, startOffset, false, run);
      case UNBOUNDED_FOLLOWING -> partition.size();
    };
  }

  /** The row behind the last one of the frame. */
  int end(WindowPartition partition, int row, Execution run) {
    return switch (end) {
      case UNBOUNDED_PRECEDING -> 0;
      case CURRENT_ROW -> unit == Unit.ROWS ? row + 1 : partition.peersEnd(row);
      case PRECEDING -> offsetEnd(partition, row, endOffset, true, run);
      case FOLLOWING -> offsetEnd(partition, row, endOffset, false, run);
      case UNBOUNDED_FOLLOWING -> partition.size();
    };
  }

  private int offsetStart(
      WindowPartition partition,
      int row,
      @Nullable RowExpr expression,
      boolean preceding,
      Execution run) {
    Object offset = offset(expression, "starting", run);
    if (range != null) {
      return range.find(partition, row, offset, preceding, false, run);
    }
    long rows = rows(offset, "starting", preceding);
    return unit == Unit.ROWS
        ? clamp(row + rows, partition.size())
        : partition.groupStart(partition.groupOf(row) + rows);
  }

  private int offsetEnd(
      WindowPartition partition,
      int row,
      @Nullable RowExpr expression,
      boolean preceding,
      Execution run) {
    Object offset = offset(expression, "ending", run);
    if (range != null) {
      return range.find(partition, row, offset, preceding, true, run);
    }
    long rows = rows(offset, "ending", preceding);
    return unit == Unit.ROWS
        ? clamp(row + rows + 1, partition.size())
        : partition.groupStart(partition.groupOf(row) + rows + 1);
  }

  private static Object offset(@Nullable RowExpr expression, String which, Execution run) {
    Object offset = expression == null ? null : expression.eval(Rows.NONE, run);
    if (offset == null) {
      throw new SqlException(
          SqlState.NULL_VALUE_NOT_ALLOWED, "frame " + which + " offset must not be null");
    }
    return offset;
  }

  /** Far beyond any partition is as good as any farther. */
  private static long rows(Object offset, String which, boolean preceding) {
    long rows = ((Number) offset).longValue();
    if (rows < 0) {
      throw new SqlException(
          SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE,
          "frame " + which + " offset must not be negative");
    }
    long near = Math.min(rows, Integer.MAX_VALUE);
    return preceding ? -near : near;
  }

  private static int clamp(long row, int size) {
    return (int) Math.max(0, Math.min(row, size));
  }
}
