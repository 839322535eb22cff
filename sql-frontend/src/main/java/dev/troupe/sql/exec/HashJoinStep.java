package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks partners up in a hash table of the right side. */
record HashJoinStep(
    JoinShape shape,
    Step left,
    Step right,
    RowExpr[] leftKeys,
    RowExpr[] rightKeys,
    KeyShape keys,
    boolean nullAware)
    implements Step {
  @Override
  public Operator open(Execution run) {
    return new HashJoin(this, left.open(run), run);
  }

  /** A right row; rows of the same key are chained in their order. */
  private static final class Entry {
    final @Nullable Object[] row;
    @Nullable Entry next;
    boolean matched;

    Entry(@Nullable Object[] row) {
      this.row = row;
    }
  }

  private static final class Chain {
    final Entry first;
    Entry last;

    Chain(Entry first) {
      this.first = first;
      this.last = first;
    }
  }

  private static final class HashJoin extends JoinOperator {
    private final HashJoinStep step;
    private final Map<Object, Chain> table = new HashMap<>();

    /** All right rows, when those without a partner are wanted or NULLs can be partners. */
    private final List<Entry> entries = new ArrayList<>();

    private final List<Entry> withNulls = new ArrayList<>();
    private long bytes;
    private int alone;

    HashJoin(HashJoinStep step, Operator left, Execution run) {
      super(step.shape, left, run);
      this.step = step;
    }

    @Override
    void begin() {
      try (Operator rows = step.right.open(run)) {
        for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
          run.eval.checkCancelled();
          long before = bytes;
          for (int i = 0; i < batch.size(); i++) {
            build(batch.row(i));
          }
          run.memory.take(bytes - before);
        }
      }
    }

    private void build(@Nullable Object[] row) {
      Entry entry = new Entry(row);
      @Nullable Object[] values = Calls.all(step.rightKeys, row, run);
      bytes += DistinctSteps.ENTRY_BYTES + ValueSizes.of(row);
      if (shape.keepsRight() || step.nullAware) {
        entries.add(entry);
      }
      if (hasNull(values)) {
        if (step.nullAware) {
          withNulls.add(entry);
        }
        return;
      }
      Object key = step.keys.key(values);
      Chain chain = table.get(key);
      if (chain == null) {
        table.put(key, new Chain(entry));
      } else {
        chain.last.next = entry;
        chain.last = entry;
      }
    }

    private static boolean hasNull(@Nullable Object[] values) {
      for (Object value : values) {
        if (value == null) {
          return true;
        }
      }
      return false;
    }

    @Override
    void join(@Nullable Object[] row, RowBatch out) {
      @Nullable Object[] values = Calls.all(step.leftKeys, row, run);
      boolean incomplete = hasNull(values);
      boolean found = false;
      if (!incomplete) {
        Chain chain = table.get(step.keys.key(values));
        for (Entry entry = chain == null ? null : chain.first; entry != null; entry = entry.next) {
          if (shape.pair(row, entry.row, out, run)) {
            found = true;
            entry.matched = true;
            if (shape.isDecidedByOne()) {
              break;
            }
          }
        }
      }
      if (step.nullAware && !found) {
        found = mayHavePartner(row, values, incomplete ? entries : withNulls);
      }
      shape.finishLeft(row, found, out);
    }

    /** Whether it is unknown if some right row is equal: then NOT IN is not true. */
    private boolean mayHavePartner(
        @Nullable Object[] row, @Nullable Object[] values, List<Entry> candidates) {
      for (Entry entry : candidates) {
        if (step.keys.mayBeSame(values, Calls.all(step.rightKeys, entry.row, run))
            && shape.holds(row, entry.row, run)) {
          return true;
        }
      }
      return false;
    }

    @Override
    boolean finish(RowBatch out) {
      while (alone < entries.size() && !out.isFull()) {
        Entry entry = entries.get(alone++);
        if (!entry.matched) {
          shape.rightAlone(entry.row, out);
        }
      }
      return alone < entries.size();
    }

    @Override
    public void close() {
      super.close();
      table.clear();
      entries.clear();
      withNulls.clear();
      run.memory.give(bytes);
      bytes = 0;
    }
  }
}
