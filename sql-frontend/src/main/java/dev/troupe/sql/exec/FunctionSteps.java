package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.type.SqlRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Steps over rows that functions and virtual tables make. */
final class FunctionSteps {
  private FunctionSteps() {}

  /** A function that gives rows, with its arguments. */
  record Call(TableFunction function, RowExpr[] arguments) {
    Iterator<@Nullable Object[]> rows(@Nullable Object[] row, Execution run) {
      @Nullable Object[] values = Calls.all(arguments, row, run);
      if (function.strict()) {
        for (Object value : values) {
          if (value == null) {
            return Collections.emptyIterator();
          }
        }
      }
      return function.rows(values, run.eval);
    }

    int width() {
      return function.columnTypes().size();
    }

    /** A row as one value: a record when it has several columns. */
    @Nullable Object value(@Nullable Object[] row) {
      return width() == 1
          ? row[0]
          : new SqlRecord(function.columnTypes(), function.columnNames(), row);
    }
  }

  /** Gives what an iterator gives, in batches that begin small. */
  private static final class IteratorOperator implements Operator {
    private static final int FIRST_ROWS = 16;

    private final Iterator<@Nullable Object[]> rows;
    private final Execution run;
    private int batchRows = FIRST_ROWS;
    private boolean done;

    IteratorOperator(Iterator<@Nullable Object[]> rows, Execution run) {
      this.rows = rows;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      run.eval.checkCancelled();
      RowBatch batch = new RowBatch(batchRows);
      while (!done && batch.size() < batchRows && rows.hasNext()) {
        batch.add(rows.next());
      }
      batchRows = Math.min(batchRows * 4, RowBatch.ROWS_MAX);
      return batch.isEmpty() ? null : batch;
    }

    @Override
    public void close() {
      done = true;
    }
  }

  /** Functions side by side; those that end earlier go on with NULLs. */
  record Scan(Call[] calls, boolean ordinality) implements Step {
    @Override
    public Operator open(Execution run) {
      var sources = new ArrayList<Iterator<@Nullable Object[]>>();
      for (Call call : calls) {
        sources.add(call.rows(Rows.NONE, run));
      }
      if (sources.size() == 1 && !ordinality) {
        return new IteratorOperator(sources.getFirst(), run);
      }
      return new IteratorOperator(new SideBySide(sources), run);
    }

    private final class SideBySide implements Iterator<@Nullable Object[]> {
      private final List<Iterator<@Nullable Object[]>> sources;
      private long number;

      SideBySide(List<Iterator<@Nullable Object[]>> sources) {
        this.sources = sources;
      }

      @Override
      public boolean hasNext() {
        return sources.stream().anyMatch(Iterator::hasNext);
      }

      @Override
      public @Nullable Object[] next() {
        @Nullable Object[] row = Rows.NONE;
        for (int i = 0; i < calls.length; i++) {
          Iterator<@Nullable Object[]> source = sources.get(i);
          row =
              source.hasNext()
                  ? Rows.join(row, source.next())
                  : Rows.widen(row, 0, calls[i].width());
        }
        number++;
        return ordinality ? Rows.join(row, new @Nullable Object[] {number}) : row;
      }
    }
  }

  /**
   * Some columns of a table whose rows are computed.
   *
   * @param equal values that columns of the table must have, by ordinal
   */
  record VirtualScan(
      VirtualTable table, int[] ordinals, Map<Integer, RowExpr> equal, @Nullable RowExpr filter)
      implements Step {
    @Override
    public Operator open(Execution run) {
      Iterator<@Nullable Object[]> all = rows(run);
      Operator rows = new IteratorOperator(new Chosen(all), run);
      return filter == null ? rows : new SimpleSteps.Filter(opened -> rows, filter).open(run);
    }

    private Iterator<@Nullable Object[]> rows(Execution run) {
      if (equal.isEmpty()) {
        return table.rows(run.context().catalog(), run.eval);
      }
      var values = new HashMap<Integer, Object>();
      for (Map.Entry<Integer, RowExpr> one : equal.entrySet()) {
        Object value = one.getValue().eval(Rows.NONE, run);
        if (value == null) {
          return Collections.emptyIterator();
        }
        values.put(one.getKey(), value);
      }
      return table.rowsWhere(values, run.context().catalog(), run.eval);
    }

    private final class Chosen implements Iterator<@Nullable Object[]> {
      private final Iterator<@Nullable Object[]> all;

      Chosen(Iterator<@Nullable Object[]> all) {
        this.all = all;
      }

      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public @Nullable Object[] next() {
        @Nullable Object[] whole = all.next();
        var row = new @Nullable Object[ordinals.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = whole[ordinals[i]];
        }
        return row;
      }
    }
  }

  /** One column of a {@link ProjectSet}: the one or the other. */
  record Item(@Nullable RowExpr expression, @Nullable Call call) {}

  /** Calls functions for each row: as many rows come out as the longest gives. */
  record ProjectSet(Step input, Item[] items) implements Step {
    @Override
    public Operator open(Execution run) {
      return new ProjectSetOperator(input.open(run), items, run);
    }
  }

  private static final class ProjectSetOperator implements Operator {
    private final Operator input;
    private final Item[] items;
    private final Execution run;
    private @Nullable RowBatch batch;
    private int position;
    private @Nullable Object[] row = Rows.NONE;
    private List<@Nullable Iterator<@Nullable Object[]>> sets = List.of();
    private boolean done;

    ProjectSetOperator(Operator input, Item[] items, Execution run) {
      this.input = input;
      this.items = items;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      RowBatch out = new RowBatch();
      while (!done && !out.isFull()) {
        if (hasMore()) {
          out.add(combine());
        } else if (!nextRow()) {
          close();
        }
      }
      return out.isEmpty() ? null : out;
    }

    private boolean hasMore() {
      for (Iterator<@Nullable Object[]> set : sets) {
        if (set != null && set.hasNext()) {
          return true;
        }
      }
      return false;
    }

    private boolean nextRow() {
      RowBatch current = batch;
      if (current == null || position == current.size()) {
        run.eval.checkCancelled();
        current = input.next();
        batch = current;
        position = 0;
        if (current == null) {
          return false;
        }
      }
      row = current.row(position++);
      var fresh = new ArrayList<@Nullable Iterator<@Nullable Object[]>>(items.length);
      for (Item item : items) {
        fresh.add(item.call() == null ? null : item.call().rows(row, run));
      }
      sets = fresh;
      return true;
    }

    private @Nullable Object[] combine() {
      var result = new @Nullable Object[items.length];
      for (int i = 0; i < result.length; i++) {
        Iterator<@Nullable Object[]> set = sets.get(i);
        RowExpr expression = items[i].expression();
        Call call = items[i].call();
        if (set != null && call != null) {
          result[i] = set.hasNext() ? call.value(set.next()) : null;
        } else if (expression != null) {
          result[i] = expression.eval(row, run);
        }
      }
      return result;
    }

    @Override
    public void close() {
      done = true;
      input.close();
    }
  }
}
