package dev.troupe.sql.exec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows that are at hand, and gives back the memory they took when they are no more wanted.
 */
final class ListOperator implements Operator {
  private final List<@Nullable Object[]> rows;
  private final MemoryBudget memory;
  private long bytes;
  private int position;

  ListOperator(List<@Nullable Object[]> rows, MemoryBudget memory, long bytes) {
    this.rows = rows;
    this.memory = memory;
    this.bytes = bytes;
  }

  @Override
  public @Nullable RowBatch next() {
    if (position >= rows.size()) {
      close();
      return null;
    }
    int end = Math.min(rows.size(), position + RowBatch.ROWS_MAX);
    RowBatch batch = new RowBatch(end - position);
    while (position < end) {
      batch.add(rows.get(position++));
    }
    return batch;
  }

  @Override
  public void close() {
    memory.give(bytes);
    bytes = 0;
    position = rows.size();
  }
}
