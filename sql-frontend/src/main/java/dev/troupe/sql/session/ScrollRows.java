package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were fetched and are kept, so that a cursor can go back. Positions are from 1; 0 is
 * before the first row.
 */
final class ScrollRows {
  private static final int ROWS_MAX = 1_000_000;

  private final Supplier<@Nullable Object @Nullable []> source;
  private final List<@Nullable Object[]> kept = new ArrayList<>();
  private long position;
  private boolean complete;

  /**
   * @param source gives the next row, null at the end
   */
  ScrollRows(Supplier<@Nullable Object @Nullable []> source) {
    this.source = source;
  }

  long position() {
    return position;
  }

  @Nullable Object @Nullable [] next() {
    return toPosition(position + 1);
  }

  @Nullable Object @Nullable [] previous() {
    return position == 0 ? null : toPosition(position - 1);
  }

  @Nullable Object @Nullable [] present() {
    return at(position);
  }

  /** Negative positions count from the end. */
  @Nullable Object @Nullable [] toPosition(long wanted) {
    if (wanted < 0) {
      fetch(Long.MAX_VALUE);
      position = Math.max(0, kept.size() + 1 + wanted);
    } else {
      fetch(wanted);
      position = Math.min(wanted, kept.size() + 1L);
    }
    return at(position);
  }

  private @Nullable Object @Nullable [] at(long where) {
    return where >= 1 && where <= kept.size() ? kept.get((int) where - 1) : null;
  }

  /** Reads on until so many rows are known. */
  void fetch(long count) {
    while (!complete && kept.size() < count) {
      @Nullable Object[] row = source.get();
      if (row == null) {
        complete = true;
      } else if (kept.size() == ROWS_MAX) {
        throw SqlException.of(
                SqlState.PROGRAM_LIMIT_EXCEEDED, "a cursor can keep %d rows at most", ROWS_MAX)
            .withHint("Declare it without SCROLL and WITH HOLD.");
      } else {
        kept.add(row);
      }
    }
  }
}
