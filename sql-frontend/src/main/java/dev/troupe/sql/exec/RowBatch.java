package dev.troupe.sql.exec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Some rows on their way from one operator to the next. Belongs to whoever was given it. */
public final class RowBatch {
  /** Operators make batches of about so many rows at most. */
  public static final int ROWS_MAX = 1024;

  private static final int ROWS_FIRST = 16;

  private @Nullable Object[][] rows;
  private int size;

  RowBatch() {
    this(ROWS_FIRST);
  }

  RowBatch(int capacity) {
    rows = new @Nullable Object[Math.max(1, capacity)][];
  }

  public int size() {
    return size;
  }

  public @Nullable Object[] row(int index) {
    return rows[index];
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size >= ROWS_MAX;
  }

  void add(@Nullable Object[] row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
    }
    rows[size++] = row;
  }

  void set(int index, @Nullable Object[] row) {
    rows[index] = row;
  }

  /** Keeps the first so many. */
  void truncate(int newSize) {
    Arrays.fill(rows, newSize, size, null);
    size = newSize;
  }

  /** Forgets the first so many. */
  void dropFirst(int count) {
    System.arraycopy(rows, count, rows, 0, size - count);
    truncate(size - count);
  }
}
