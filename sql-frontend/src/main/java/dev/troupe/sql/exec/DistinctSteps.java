package dev.troupe.sql.exec;

import dev.troupe.sql.plan.PlanNode.SetKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Steps that compare whole rows: DISTINCT and set operations. */
final class DistinctSteps {
  /** What a key in a hash table takes beside its values. */
  static final int ENTRY_BYTES = 96;

  private DistinctSteps() {}

  /**
   * Keeps the first of equal rows.
   *
   * @param sorted whether equal rows follow each other
   */
  record Distinct(Step input, RowExpr[] on, KeyShape shape, boolean sorted) implements Step {
    @Override
    public Operator open(Execution run) {
      return new DistinctOperator(input.open(run), this, run);
    }
  }

  private static final class DistinctOperator implements Operator {
    private final Operator input;
    private final Distinct step;
    private final Execution run;
    private final Set<Object> seen = new HashSet<>();
    private @Nullable Object last;
    private long bytes;

    DistinctOperator(Operator input, Distinct step, Execution run) {
      this.input = input;
      this.step = step;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
        run.eval.checkCancelled();
        int kept = 0;
        for (int i = 0; i < batch.size(); i++) {
          @Nullable Object[] row = batch.row(i);
          if (isNew(Calls.all(step.on(), row, run))) {
            batch.set(kept++, row);
          }
        }
        batch.truncate(kept);
        if (kept > 0) {
          return batch;
        }
      }
      close();
      return null;
    }

    private boolean isNew(@Nullable Object[] values) {
      Object key = step.shape().key(values);
      if (step.sorted()) {
        boolean same = key.equals(last);
        last = key;
        return !same;
      }
      boolean added = seen.add(key);
      if (added) {
        long size = ENTRY_BYTES + ValueSizes.of(values);
        run.memory.take(size);
        bytes += size;
      }
      return added;
    }

    @Override
    public void close() {
      input.close();
      run.memory.give(bytes);
      bytes = 0;
      seen.clear();
    }
  }

  /** INTERSECT and EXCEPT, with ALL or without; counts the rows of the right side. */
  record SetDifference(SetKind kind, boolean all, Step left, Step right, KeyShape shape)
      implements Step {
    @Override
    public Operator open(Execution run) {
      Operator rows = left.open(run);
      return new DeferredOperator(rows, () -> combine(rows, run));
    }

    private Operator combine(Operator rows, Execution run) {
      var counts = new HashMap<Object, Integer>();
      long bytes = 0;
      try (Operator others = right.open(run)) {
        for (RowBatch batch = others.next(); batch != null; batch = others.next()) {
          run.eval.checkCancelled();
          for (int i = 0; i < batch.size(); i++) {
            if (counts.merge(shape.key(batch.row(i)), 1, Integer::sum) == 1) {
              long size = ENTRY_BYTES + ValueSizes.of(batch.row(i));
              run.memory.take(size);
              bytes += size;
            }
          }
        }
      }
      var result = new ArrayList<@Nullable Object[]>();
      var given = new HashSet<Object>();
      try (rows) {
        for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
          run.eval.checkCancelled();
          for (int i = 0; i < batch.size(); i++) {
            Object key = shape.key(batch.row(i));
            if (belongs(key, counts) && (all || given.add(key))) {
              long size = ENTRY_BYTES + ValueSizes.of(batch.row(i));
              run.memory.take(size);
              bytes += size;
              result.add(batch.row(i));
            }
          }
        }
      }
      return new ListOperator(result, run.memory, bytes);
    }

    /** With ALL every row of the right side answers for one of the left. */
    private boolean belongs(Object key, Map<Object, Integer> counts) {
      int count = counts.getOrDefault(key, 0);
      if (all && count > 0) {
        counts.put(key, count - 1);
      }
      return (count > 0) == (kind == SetKind.INTERSECT);
    }
  }
}
