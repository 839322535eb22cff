package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/** A compiled expression. Immutable: what it remembers of an execution is kept there. */
interface RowExpr {
  @Nullable Object eval(@Nullable Object[] row, Execution run);

  /** Whether a condition is true: neither false nor NULL. */
  default boolean isTrue(@Nullable Object[] row, Execution run) {
    return Boolean.TRUE.equals(eval(row, run));
  }

  /** The value of a column of the row. */
  record Slot(int index) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      return row[index];
    }
  }

  /** A value that is known. */
  record Constant(@Nullable Object value) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      return value;
    }
  }
}
