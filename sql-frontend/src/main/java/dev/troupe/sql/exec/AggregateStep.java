package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Groups rows in hash tables, one for each grouping set.
 *
 * @param sets which group columns count, by position
 * @param shapes keys of the group columns of each set
 * @param numbered whether a column with the position of the row's set stands behind the others
 */
record AggregateStep(
    Step input,
    RowExpr[] groupBy,
    int[][] sets,
    KeyShape[] shapes,
    CompiledAggregate[] calls,
    boolean numbered)
    implements Step {
  private static final int ACCUMULATOR_BYTES = 64;

  @Override
  public Operator open(Execution run) {
    Operator rows = input.open(run);
    return new DeferredOperator(rows, () -> aggregate(rows, run));
  }

  private Operator aggregate(Operator rows, Execution run) {
    List<Map<Object, Group>> tables = new ArrayList<>();
    for (int[] set : sets) {
      var table = new LinkedHashMap<Object, Group>();
      if (set.length == 0) {
        // There is a group of everything, even of nothing.
        table.put(List.of(), new Group(new @Nullable Object[groupBy.length], calls));
      }
      tables.add(table);
    }
    long bytes = 0;
    try (rows) {
      for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
        run.eval.checkCancelled();
        long grown = 0;
        for (int i = 0; i < batch.size(); i++) {
          grown += add(batch.row(i), tables, run);
        }
        run.memory.take(grown);
        bytes += grown;
      }
    }
    return new ListOperator(results(tables, run), run.memory, bytes);
  }

  private long add(@Nullable Object[] row, List<Map<Object, Group>> tables, Execution run) {
    @Nullable Object[] values = Calls.all(groupBy, row, run);
    long grown = 0;
    for (int s = 0; s < sets.length; s++) {
      @Nullable Object[] counted = counted(values, sets[s]);
      Object key = sets[s].length == 0 ? List.of() : shapes[s].key(counted);
      Map<Object, Group> table = tables.get(s);
      Group group = table.get(key);
      if (group == null) {
        group = new Group(spread(counted, sets[s]), calls);
        table.put(key, group);
        grown += bytesOf(values);
      }
      grown += group.add(row, run);
    }
    return grown;
  }

  /** What a group holds, before anything is gathered. */
  long bytesOf(@Nullable Object[] values) {
    return DistinctSteps.ENTRY_BYTES
        + ValueSizes.of(values)
        + (long) calls.length * ACCUMULATOR_BYTES;
  }

  private static @Nullable Object[] counted(@Nullable Object[] values, int[] set) {
    if (set.length == values.length) {
      return values;
    }
    var counted = new @Nullable Object[set.length];
    for (int i = 0; i < set.length; i++) {
      counted[i] = values[set[i]];
    }
    return counted;
  }

  /** Columns that do not count are NULL in the result. */
  private @Nullable Object[] spread(@Nullable Object[] counted, int[] set) {
    if (set.length == groupBy.length) {
      return counted;
    }
    var values = new @Nullable Object[groupBy.length];
    for (int i = 0; i < set.length; i++) {
      values[set[i]] = counted[i];
    }
    return values;
  }

  private List<@Nullable Object[]> results(List<Map<Object, Group>> tables, Execution run) {
    var rows = new ArrayList<@Nullable Object[]>();
    for (int s = 0; s < sets.length; s++) {
      for (Group group : tables.get(s).values()) {
        @Nullable Object[] row = group.result(run, numbered ? 1 : 0);
        if (numbered) {
          row[row.length - 1] = s;
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** One group: its values and what is gathered. */
  static final class Group {
    private final @Nullable Object[] values;
    private final CompiledAggregate.Gathering[] gathered;

    Group(@Nullable Object[] values, CompiledAggregate[] calls) {
      this.values = values;
      gathered = new CompiledAggregate.Gathering[calls.length];
      for (int i = 0; i < calls.length; i++) {
        gathered[i] = calls[i].start();
      }
    }

    long add(@Nullable Object[] row, Execution run) {
      long grown = 0;
      for (CompiledAggregate.Gathering one : gathered) {
        grown += one.add(row, run);
      }
      return grown;
    }

    @Nullable Object[] values() {
      return values;
    }

    /** Writes what is gathered, of functions that are portable. */
    void write(ByteWriter out) {
      for (CompiledAggregate.Gathering one : gathered) {
        one.write(out);
      }
    }

    /** Takes in what was gathered of rows that come behind those gathered here. */
    void mergeWritten(ByteReader in) {
      for (CompiledAggregate.Gathering one : gathered) {
        one.mergeWritten(in);
      }
    }

    @Nullable Object[] result(Execution run, int extraColumns) {
      @Nullable Object[] row = Rows.widen(values, 0, gathered.length + extraColumns);
      for (int i = 0; i < gathered.length; i++) {
        row[values.length + i] = gathered[i].result(run);
      }
      return row;
    }
  }
}
