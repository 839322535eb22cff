package dev.troupe.sql.session;

import dev.troupe.sql.exec.RowSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A statement with values, ready to run or under way. Owned by the session's thread. */
final class Portal {
  private final PreparedStatement statement;
  private @Nullable Plan plan;
  private final @Nullable Object[] parameters;
  private final @Nullable List<ResultColumn> columns;
  private final int[] formats;
  private final boolean held;
  private @Nullable RowCursor rows;
  private boolean begun;
  private boolean atEnd;
  private long sent;

  /**
   * @param plan null when the statement needs none
   * @param held WITH HOLD: outlives its transaction
   */
  Portal(
      PreparedStatement statement,
      @Nullable Plan plan,
      @Nullable Object[] parameters,
      @Nullable List<ResultColumn> columns,
      int[] formats,
      boolean held) {
    this.statement = statement;
    this.plan = plan;
    this.parameters = parameters;
    this.columns = columns;
    this.formats = formats;
    this.held = held;
  }

  PreparedStatement statement() {
    return statement;
  }

  @Nullable Plan plan() {
    return plan;
  }

  @Nullable Object[] parameters() {
    return parameters;
  }

  @Nullable List<ResultColumn> columns() {
    return columns;
  }

  int[] formats() {
    return formats;
  }

  boolean isHeld() {
    return held;
  }

  boolean isFresh() {
    return !begun;
  }

  @Nullable RowCursor rows() {
    return rows;
  }

  /** Of a portal that has begun to run and gives rows. */
  RowCursor requireRows() {
    return Objects.requireNonNull(rows);
  }

  void begin(RowCursor running) {
    begun = true;
    rows = running;
  }

  void begin(RowSource source) {
    begin(new RowCursor(source));
  }

  /** The catalog has changed since it was made. */
  void replan(Plan now) {
    plan = now;
  }

  void sent(long rows) {
    sent += rows;
  }

  /** Rows sent so far. */
  long sent() {
    return sent;
  }

  /** Its rows have come to an end. */
  void atEnd() {
    atEnd = true;
  }

  boolean isAtEnd() {
    return atEnd;
  }

  /** It has run to its end and gives nothing more. */
  void finished() {
    begun = true;
    RowCursor running = rows;
    if (running != null) {
      running.close();
    }
  }

  /** Back to before it ran. */
  void reset() {
    finished();
    rows = null;
    begun = false;
    atEnd = false;
    sent = 0;
  }

  /** Always true, to be used where portals are removed. */
  boolean close() {
    finished();
    return true;
  }
}
