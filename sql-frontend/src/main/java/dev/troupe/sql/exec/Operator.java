package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/** A running step of a plan. Used by one thread. */
interface Operator extends AutoCloseable {
  /** The next rows, at least one; null at the end, and ever after. */
  @Nullable RowBatch next();

  /** How many rows were changed, once the first rows have been asked for; 0 for queries. */
  default long changedRows() {
    return 0;
  }

  /** Gives back what it holds; may be called at any time, and again. */
  @Override
  void close();
}
