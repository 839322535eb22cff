package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SqlExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** IN with a query that gives the same rows each time: looked up in a hash set. */
record InQuery(RowExpr[] left, KeyShape shape, Subquery.Rows query, StateKey<InQuery.Known> known)
    implements RowExpr {
  /** Values without NULLs, and rows with some. */
  record Known(Set<Object> keys, List<@Nullable Object[]> withNulls, int size) {}

  /** Whether it asks for equality of values of the same types. */
  static boolean canHash(SqlExpr.QueryComparison expression) {
    List<Column> columns = expression.query().output();
    for (int i = 0; i < expression.operators().size(); i++) {
      if (!expression.operators().get(i).name().equals("=")
          || !expression.left().get(i).type().isSameAs(columns.get(i).type())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable Object eval(@Nullable Object[] row, Execution run) {
    Known rows = run.state(known, () -> know(row, run));
    if (rows.size() == 0) {
      return false;
    }
    @Nullable Object[] values = Calls.all(left, row, run);
    boolean complete = true;
    for (Object value : values) {
      complete &= value != null;
    }
    if (complete && rows.keys().contains(shape.key(values))) {
      return true;
    }
    if (complete && rows.withNulls().isEmpty()) {
      return false;
    }
    return mayBeAmong(values, complete ? rows.withNulls() : query.of(row, run)) ? null : false;
  }

  private Known know(@Nullable Object[] row, Execution run) {
    var keys = new HashSet<Object>();
    var withNulls = new ArrayList<@Nullable Object[]>();
    List<@Nullable Object[]> all = query.of(row, run);
    for (@Nullable Object[] candidate : all) {
      boolean complete = true;
      for (int i = 0; i < shape.width(); i++) {
        complete &= candidate[i] != null;
      }
      if (complete) {
        keys.add(shape.key(candidate));
      } else {
        withNulls.add(candidate);
      }
    }
    return new Known(keys, withNulls, all.size());
  }

  /** Whether NULLs alone keep the values from being known to differ from every row. */
  private boolean mayBeAmong(@Nullable Object[] values, List<@Nullable Object[]> rows) {
    for (@Nullable Object[] candidate : rows) {
      if (shape.mayBeSame(values, candidate)) {
        return true;
      }
    }
    return false;
  }
}
