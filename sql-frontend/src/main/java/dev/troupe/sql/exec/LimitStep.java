package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import org.jspecify.annotations.Nullable;

/**
 * LIMIT and OFFSET.
 *
 * @param count null, or NULL when it is computed: all
 * @param tiesBy WITH TIES: the order of the input; otherwise null
 */
record LimitStep(
    Step input, @Nullable RowExpr count, @Nullable RowExpr offset, @Nullable RowOrder tiesBy)
    implements Step {
  @Override
  public Operator open(Execution run) {
    long skip = Math.max(0, number(offset, 0, run, false));
    long wanted = number(count, Long.MAX_VALUE, run, true);
    long needed = wanted + skip;
    boolean bounded = tiesBy == null && wanted > 0 && wanted != Long.MAX_VALUE && needed > 0;
    Operator rows = bounded ? input.open(run, needed) : input.open(run);
    return new LimitOperator(rows, skip, wanted, tiesBy, run);
  }

  private static long number(
      @Nullable RowExpr expression, long otherwise, Execution run, boolean isCount) {
    Object value = expression == null ? null : expression.eval(Rows.NONE, run);
    if (value == null) {
      return otherwise;
    }
    long number = ((Number) value).longValue();
    if (number < 0) {
      throw isCount
          ? new SqlException(
              SqlState.INVALID_ROW_COUNT_IN_LIMIT_CLAUSE, "LIMIT must not be negative")
          : new SqlException(
              SqlState.INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE, "OFFSET must not be negative");
    }
    return number;
  }

  private static final class LimitOperator implements Operator {
    private final Operator input;
    private final @Nullable RowOrder tiesBy;
    private final Execution run;
    private long skip;
    private long wanted;
    private @Nullable Object @Nullable [] last;
    private boolean done;

    LimitOperator(
        Operator input, long skip, long wanted, @Nullable RowOrder tiesBy, Execution run) {
      this.input = input;
      this.skip = skip;
      this.wanted = wanted;
      this.tiesBy = tiesBy;
      this.run = run;
      this.done = wanted == 0;
    }

    @Override
    public @Nullable RowBatch next() {
      while (!done) {
        RowBatch batch = input.next();
        if (batch == null) {
          close();
          return null;
        }
        int dropped = (int) Math.min(skip, batch.size());
        skip -= dropped;
        batch.dropFirst(dropped);
        cut(batch);
        if (!batch.isEmpty()) {
          return batch;
        }
      }
      return null;
    }

    private void cut(RowBatch batch) {
      int kept = (int) Math.min(wanted, batch.size());
      wanted -= kept;
      if (wanted > 0) {
        return;
      }
      if (tiesBy == null) {
        batch.truncate(kept);
        close();
        return;
      }
      if (last == null) {
        last = tiesBy.extend(batch.row(kept - 1), run);
      }
      while (kept < batch.size()
          && tiesBy.compare(last, tiesBy.extend(batch.row(kept), run)) == 0) {
        kept++;
      }
      if (kept < batch.size()) {
        batch.truncate(kept);
        close();
      }
    }

    @Override
    public void close() {
      done = true;
      input.close();
    }
  }
}
