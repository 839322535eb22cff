package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A query within an expression. What it gave is remembered by the values of the outer columns that
 * it uses; one that uses none is run once.
 *
 * @param free columns of the surrounding row that it uses
 * @param outer registers that it uses and that are set further out
 * @param repeatable whether the same values give the same rows
 */
record Subquery(Step step, int[] free, int[] slots, int[] outer, boolean repeatable) {
  /** So many results are kept for different values. */
  private static final int REMEMBERED_MAX = 1000;

  /** Rows of such a query that are wanted as a whole. */
  interface Rows {
    List<@Nullable Object[]> of(@Nullable Object[] row, Execution run);
  }

  static Subquery of(Step step, Places.Part part, Layout layout, Places places) {
    var free = new ArrayList<Integer>();
    var slots = new ArrayList<Integer>();
    var outer = new ArrayList<Integer>();
    boolean exact = true;
    for (Map.Entry<Integer, SqlType> column : part.free().entrySet()) {
      int slot = layout.slot(column.getKey());
      if (slot < 0) {
        outer.add(column.getKey());
      } else {
        free.add(column.getKey());
        slots.add(slot);
      }
      // Numbers that are equal but written differently can give results that differ.
      exact &= KeyShape.isExact(column.getValue());
    }
    boolean uncorrelated = part.free().isEmpty();
    return new Subquery(
        step, ints(free), ints(slots), ints(outer), uncorrelated || (exact && !part.isVolatile()));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  boolean isUncorrelated() {
    return free.length == 0 && outer.length == 0;
  }

  /** An expression that makes something of the rows, and remembers what. */
  RowExpr remembering(Places places, BiFunction<Operator, Execution, @Nullable Object> result) {
    StateKey<Remembered> place = places.place(Remembered.class);
    return (row, run) -> {
      if (!repeatable) {
        return compute(row, run, result);
      }
      List<@Nullable Object> values = values(row, run);
      Remembered remembered = run.state(place, Remembered::new);
      if (remembered.results.containsKey(values)) {
        return remembered.results.get(values);
      }
      Object computed = compute(row, run, result);
      if (remembered.results.size() < REMEMBERED_MAX) {
        remembered.results.put(values, computed);
      }
      return computed;
    };
  }

  Rows rows(Places places) {
    RowExpr list = remembering(places, Subquery::collect);
    return (row, run) -> ((RowList) Objects.requireNonNull(list.eval(row, run))).rows;
  }

  private static RowList collect(Operator operator, Execution run) {
    var list = new ArrayList<@Nullable Object[]>();
    for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
      long bytes = 0;
      for (int i = 0; i < batch.size(); i++) {
        list.add(batch.row(i));
        bytes += ValueSizes.of(batch.row(i));
      }
      run.remember(bytes);
    }
    return new RowList(list);
  }

  private record RowList(List<@Nullable Object[]> rows) {}

  private @Nullable Object compute(
      @Nullable Object[] row,
      Execution run,
      BiFunction<Operator, Execution, @Nullable Object> result) {
    run.eval.checkCancelled();
    for (int i = 0; i < free.length; i++) {
      run.eval.setRegister(free[i], row[slots[i]]);
    }
    try (Operator operator = step.open(run)) {
      return result.apply(operator, run);
    }
  }

  private List<@Nullable Object> values(@Nullable Object[] row, Execution run) {
    if (isUncorrelated()) {
      return List.of();
    }
    var values = new ArrayList<@Nullable Object>(free.length + outer.length);
    for (int slot : slots) {
      values.add(row[slot]);
    }
    for (int register : outer) {
      values.add(run.eval.register(register));
    }
    return values;
  }

  /** Results by values. */
  private static final class Remembered {
    private final Map<List<@Nullable Object>, @Nullable Object> results = new HashMap<>();
  }
}
