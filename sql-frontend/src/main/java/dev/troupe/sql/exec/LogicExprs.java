package dev.troupe.sql.exec;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.ValueOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Conditions in three-valued logic, where null is unknown, and what chooses between values. */
final class LogicExprs {
  private LogicExprs() {}

  /** False when any term is; otherwise unknown when any is. Terms after a false one are not run. */
  record And(RowExpr[] terms) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      boolean unknown = false;
      for (RowExpr term : terms) {
        Object value = term.eval(row, run);
        if (value == null) {
          unknown = true;
        } else if (!(Boolean) value) {
          return false;
        }
      }
      return unknown ? null : true;
    }

    @Override
    public boolean isTrue(@Nullable Object[] row, Execution run) {
      for (RowExpr term : terms) {
        if (!term.isTrue(row, run)) {
          return false;
        }
      }
      return true;
    }
  }

  /** True when any term is; otherwise unknown when any is. Terms after a true one are not run. */
  record Or(RowExpr[] terms) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      boolean unknown = false;
      for (RowExpr term : terms) {
        Object value = term.eval(row, run);
        if (value == null) {
          unknown = true;
        } else if ((Boolean) value) {
          return true;
        }
      }
      return unknown ? null : false;
    }
  }

  record Not(RowExpr term) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object value = term.eval(row, run);
      return value == null ? null : !(Boolean) value;
    }
  }

  record IsNull(RowExpr term, boolean negated) implements RowExpr {
    @Override
    public Object eval(@Nullable Object[] row, Execution run) {
      return (term.eval(row, run) == null) != negated;
    }
  }

  /** A record is NULL when all its fields are, and NOT NULL when none is: it can be neither. */
  record IsNullRecord(RowExpr term, boolean negated) implements RowExpr {
    @Override
    public Object eval(@Nullable Object[] row, Execution run) {
      if (!(term.eval(row, run) instanceof SqlRecord value)) {
        return !negated;
      }
      for (int i = 0; i < value.size(); i++) {
        if ((value.value(i) == null) == negated) {
          return false;
        }
      }
      return true;
    }
  }

  record IsTruth(RowExpr term, @Nullable Boolean value, boolean negated) implements RowExpr {
    @Override
    public Object eval(@Nullable Object[] row, Execution run) {
      Object found = term.eval(row, run);
      return Objects.equals(found, value) != negated;
    }
  }

  record IsDistinct(RowExpr left, RowExpr right, ScalarFunction equals, boolean negated)
      implements RowExpr {
    @Override
    public Object eval(@Nullable Object[] row, Execution run) {
      Object a = left.eval(row, run);
      Object b = right.eval(row, run);
      boolean same =
          (a == null || b == null) ? a == b : Boolean.TRUE.equals(equals.call2(a, b, run.eval));
      return same == negated;
    }
  }

  record Case(RowExpr[] conditions, RowExpr[] results, @Nullable RowExpr otherwise)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      for (int i = 0; i < conditions.length; i++) {
        if (conditions[i].isTrue(row, run)) {
          return results[i].eval(row, run);
        }
      }
      return otherwise == null ? null : otherwise.eval(row, run);
    }
  }

  record Coalesce(RowExpr[] terms) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      for (RowExpr term : terms) {
        Object value = term.eval(row, run);
        if (value != null) {
          return value;
        }
      }
      return null;
    }
  }

  /** GREATEST and LEAST pass over NULLs. */
  record Extreme(RowExpr[] terms, ValueOrder order, boolean greatest) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object best = null;
      for (RowExpr term : terms) {
        Object value = term.eval(row, run);
        if (value == null) {
          continue;
        }
        int difference = best == null ? 0 : order.compare(value, best);
        if (best == null || (greatest ? difference > 0 : difference < 0)) {
          best = value;
        }
      }
      return best;
    }
  }

  record NullIf(RowExpr left, RowExpr right, ScalarFunction equals) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object a = left.eval(row, run);
      Object equal = Calls.apply(equals, a, right.eval(row, run), run);
      return Boolean.TRUE.equals(equal) ? null : a;
    }
  }
}
