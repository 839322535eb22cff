package dev.troupe.sql.exec;

import dev.troupe.sql.plan.PlanNode.JoinKind;
import org.jspecify.annotations.Nullable;

/**
 * What all joins need to know.
 *
 * @param condition over rows of both sides; null: none
 */
record JoinShape(JoinKind kind, int leftWidth, int rightWidth, @Nullable RowExpr condition) {
  /** Whether left rows without a partner come out, with NULLs or alone. */
  boolean keepsLeft() {
    return kind == JoinKind.LEFT || kind == JoinKind.FULL || kind == JoinKind.ANTI;
  }

  boolean keepsRight() {
    return kind == JoinKind.RIGHT || kind == JoinKind.FULL;
  }

  /** Whether one partner is enough to know what becomes of a left row. */
  boolean isDecidedByOne() {
    return kind == JoinKind.SEMI || kind == JoinKind.ANTI;
  }

  boolean holds(@Nullable Object[] left, @Nullable Object[] right, Execution run) {
    return condition == null || condition.isTrue(Rows.join(left, right), run);
  }

  /**
   * Joins two rows if they are partners, and puts out what comes of it.
   *
   * @return whether they are
   */
  boolean pair(@Nullable Object[] left, @Nullable Object[] right, RowBatch out, Execution run) {
    if (isDecidedByOne()) {
      boolean partners = holds(left, right, run);
      if (partners && kind == JoinKind.SEMI) {
        out.add(left);
      }
      return partners;
    }
    @Nullable Object[] both = Rows.join(left, right);
    if (condition != null && !condition.isTrue(both, run)) {
      return false;
    }
    out.add(both);
    return true;
  }

  /** What becomes of a left row when all its partners have been seen. */
  void finishLeft(@Nullable Object[] left, boolean matched, RowBatch out) {
    if (!matched && keepsLeft()) {
      out.add(kind == JoinKind.ANTI ? left : Rows.widen(left, 0, rightWidth));
    }
  }

  void rightAlone(@Nullable Object[] right, RowBatch out) {
    out.add(Rows.widen(right, leftWidth, 0));
  }
}
