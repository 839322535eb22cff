package dev.troupe.sql.exec;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.SqlExpr;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** IN with a list: a hash set when the list is long and known, otherwise one by one. */
final class InLists {
  /** Shorter lists are as quick one by one. */
  private static final int HASHED_MIN = 6;

  private InLists() {}

  static RowExpr compile(SqlExpr.InList list, RowExpr term, RowExpr[] values) {
    if (values.length < HASHED_MIN || !isKnown(list)) {
      return new OneByOne(term, values, list.equals(), list.negated());
    }
    KeyShape shape = KeyShape.of(List.of(list.term().type()));
    var set = new HashSet<Object>();
    boolean hasNull = false;
    for (SqlExpr value : list.values()) {
      Object constant = ((SqlExpr.Constant) value).value();
      if (constant == null) {
        hasNull = true;
      } else {
        set.add(shape.key(new @Nullable Object[] {constant}));
      }
    }
    return new Hashed(term, shape, set, hasNull, list.negated());
  }

  private static boolean isKnown(SqlExpr.InList list) {
    return list.values().stream()
        .allMatch(
            value ->
                value instanceof SqlExpr.Constant && value.type().isSameAs(list.term().type()));
  }

  private record OneByOne(RowExpr term, RowExpr[] values, ScalarFunction equals, boolean negated)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object sought = term.eval(row, run);
      boolean unknown = false;
      for (RowExpr value : values) {
        Object equal = Calls.apply(equals, sought, value.eval(row, run), run);
        if (equal == null) {
          unknown = true;
        } else if ((Boolean) equal) {
          return !negated;
        }
      }
      return unknown ? null : negated;
    }
  }

  private record Hashed(
      RowExpr term, KeyShape shape, Set<Object> values, boolean hasNull, boolean negated)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object sought = term.eval(row, run);
      if (sought == null) {
        return null;
      }
      if (values.contains(shape.key(new @Nullable Object[] {sought}))) {
        return !negated;
      }
      return hasNull ? null : negated;
    }
  }
}
