package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.storage.IndexLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Locks what the rows of its input come from, and no more of them than its consumer wants. A row
 * that has changed since the input read it ends the transaction's attempt, as any conflict does.
 * With SKIP LOCKED it is left out, as are those that somebody else has locked: so workers that take
 * jobs from one table are in nobody's way, which serializable reads of it would be.
 */
record LockRowsStep(Step input, Table[] tables) implements Step {
  /** So many rows are locked together. */
  private static final int LOCKED_MAX = 512;

  /**
   * A table to be locked in.
   *
   * @param key gives the primary key of the row; NULLs where an outer join has found none
   */
  record Table(IndexLayout primary, RowExpr[] key, RowLock lock) {
    @Nullable Key keyOf(@Nullable Object[] row, Execution run) {
      @Nullable Object[] values = Calls.all(key, row, run);
      Object[] present = new Object[values.length];
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        if (value == null) {
          return null;
        }
        present[i] = value;
      }
      return primary.exactKey(present);
    }
  }

  @Override
  public Operator open(Execution run) {
    return new LockOperator(input.open(run), run, Long.MAX_VALUE);
  }

  @Override
  public Operator open(Execution run, long wanted) {
    return new LockOperator(input.open(run), run, wanted);
  }

  private final class LockOperator implements Operator {
    private final Operator rows;
    private final Execution run;
    private long wanted;
    private @Nullable RowBatch batch;
    private int position;

    LockOperator(Operator rows, Execution run, long wanted) {
      this.rows = rows;
      this.run = run;
      this.wanted = wanted;
    }

    @Override
    public @Nullable RowBatch next() {
      while (wanted > 0) {
        run.eval.checkCancelled();
        RowBatch from = batch;
        if (from == null || position == from.size()) {
          from = rows.next();
          batch = from;
          position = 0;
          if (from == null) {
            return null;
          }
        }
        int count = (int) Math.min(Math.min(LOCKED_MAX, wanted), from.size() - position);
        var slice = new ArrayList<@Nullable Object[]>(count);
        for (int i = 0; i < count; i++) {
          slice.add(from.row(position++));
        }
        for (Table table : tables) {
          slice = locked(slice, table);
        }
        if (!slice.isEmpty()) {
          wanted -= slice.size();
          RowBatch out = new RowBatch(slice.size());
          slice.forEach(out::add);
          return out;
        }
      }
      return null;
    }

    /** Those of some rows whose row in a table could be locked, and those that have none there. */
    private ArrayList<@Nullable Object[]> locked(List<@Nullable Object[]> slice, Table table) {
      var keys = new ArrayList<Key>(slice.size());
      var rowsOfKeys = new ArrayList<@Nullable Key>(slice.size());
      for (@Nullable Object[] row : slice) {
        Key key = table.keyOf(row, run);
        rowsOfKeys.add(key);
        if (key != null) {
          keys.add(key);
        }
      }
      List<byte @Nullable []> values = lock(keys, table);
      var left = new ArrayList<@Nullable Object[]>(slice.size());
      int next = 0;
      for (int i = 0; i < slice.size(); i++) {
        if (rowsOfKeys.get(i) == null || values.get(next++) != null) {
          left.add(slice.get(i));
        }
      }
      return left;
    }

    private List<byte @Nullable []> lock(List<Key> keys, Table table) {
      if (keys.isEmpty()) {
        return List.of();
      }
      RowLock lock = table.lock();
      // Its candidates were read without a promise that they stay what they were.
      Lock mode = lock == RowLock.SKIP_LOCKED ? Lock.SKIP_TAKEN : TableAccess.lock(lock);
      return TableAccess.getAll(table.primary(), keys, mode, run);
    }

    @Override
    public void close() {
      wanted = 0;
      rows.close();
    }
  }
}
