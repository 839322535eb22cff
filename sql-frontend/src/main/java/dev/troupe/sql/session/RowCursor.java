package dev.troupe.sql.session;

import dev.troupe.sql.exec.RowBatch;
import dev.troupe.sql.exec.RowSource;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of a result, one after the other. Used by one thread. */
final class RowCursor implements AutoCloseable {
  private final @Nullable RowSource source;
  private final Iterator<@Nullable Object[]> rows;
  private @Nullable RowBatch batch;
  private int at;
  private @Nullable ScrollRows scroll;

  RowCursor(RowSource source) {
    this.source = source;
    this.rows = List.<@Nullable Object[]>of().iterator();
  }

  RowCursor(List<@Nullable Object[]> rows) {
    this.source = null;
    this.rows = rows.iterator();
  }

  /** Keeps all rows from now on, so that the cursor can go back. */
  void keepRows() {
    if (scroll == null) {
      scroll = new ScrollRows(this::read);
    }
  }

  /** As many rows as there are are read and kept: the source can be closed. */
  void keepAll() {
    keepRows();
    Objects.requireNonNull(scroll).fetch(Long.MAX_VALUE);
    close();
  }

  /** Null when rows are not kept. */
  @Nullable ScrollRows scroll() {
    return scroll;
  }

  /** Null at the end. */
  @Nullable Object @Nullable [] next() {
    return scroll == null ? read() : scroll.next();
  }

  private @Nullable Object @Nullable [] read() {
    RowSource running = source;
    if (running == null) {
      return rows.hasNext() ? rows.next() : null;
    }
    RowBatch present = batch;
    while (present == null || at == present.size()) {
      present = running.nextBatch();
      batch = present;
      at = 0;
      if (present == null) {
        return null;
      }
    }
    return present.row(at++);
  }

  /** How many rows a change has changed. */
  long changedRows() {
    return source == null ? 0 : source.changedRows();
  }

  @Override
  public void close() {
    if (source != null) {
      source.close();
    }
  }
}
