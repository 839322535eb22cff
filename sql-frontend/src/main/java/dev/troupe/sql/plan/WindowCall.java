package dev.troupe.sql.plan;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.WindowFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window function, or an aggregate over a window, to be computed.
 *
 * @param window null when it is an aggregate
 * @param aggregate null when it is a window function
 */
public record WindowCall(
    Column output,
    @Nullable WindowFunction window,
    @Nullable AggregateFunction aggregate,
    List<SqlExpr> arguments,
    @Nullable SqlExpr filter,
    Frame frame) {
  public WindowCall {
    arguments = List.copyOf(arguments);
  }

  /** Unit of a frame's bounds. */
  public enum Unit {
    ROWS,
    RANGE,
    GROUPS
  }

  /** Where a frame begins or ends. */
  public enum BoundKind {
    UNBOUNDED_PRECEDING,
    PRECEDING,
    CURRENT_ROW,
    FOLLOWING,
    UNBOUNDED_FOLLOWING
  }

  /** What EXCLUDE leaves out. */
  public enum Exclude {
    NOTHING,
    CURRENT_ROW,
    GROUP,
    TIES
  }

  /**
   * @param startOffset of PRECEDING and FOLLOWING; otherwise null
   */
  public record Frame(
      Unit unit,
      BoundKind start,
      @Nullable SqlExpr startOffset,
      BoundKind end,
      @Nullable SqlExpr endOffset,
      Exclude exclude) {}
}
