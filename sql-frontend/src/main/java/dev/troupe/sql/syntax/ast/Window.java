package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands behind OVER. */
public sealed interface Window {
  int position();

  /** {@code OVER w}: a window of the WINDOW clause as it is. */
  record Named(String name, int position) implements Window {}

  /**
   * {@code OVER (...)}.
   *
   * @param base the window that this one refines; null when there is none
   * @param frame null when it was not said
   */
  record Specification(
      @Nullable String base,
      List<Expression> partitionBy,
      List<OrderItem> orderBy,
      @Nullable Frame frame,
      int position)
      implements Window {
    public Specification {
      partitionBy = List.copyOf(partitionBy);
      orderBy = List.copyOf(orderBy);
    }
  }

  /** {@code w AS (...)} of the WINDOW clause. */
  record Definition(String name, Specification specification, int position) {}

  /**
   * Rows around the current one.
   *
   * @param end CURRENT ROW when only the start was said
   */
  record Frame(Unit unit, Bound start, Bound end, Exclusion exclusion, int position) {}

  /** How a frame counts. */
  enum Unit {
    RANGE,
    ROWS,
    GROUPS
  }

  /**
   * One end of a frame.
   *
   * @param offset of PRECEDING and FOLLOWING; otherwise null
   */
  record Bound(BoundKind kind, @Nullable Expression offset) {}

  /** Kinds of ends, first to last. */
  enum BoundKind {
    UNBOUNDED_PRECEDING,
    PRECEDING,
    CURRENT_ROW,
    FOLLOWING,
    UNBOUNDED_FOLLOWING
  }

  /** What is left out of a frame. */
  enum Exclusion {
    NO_OTHERS,
    CURRENT_ROW,
    GROUP,
    TIES
  }
}
