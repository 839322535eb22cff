package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Expressions that make, take apart and compare arrays and records. */
final class ArrayExprs {
  private ArrayExprs() {}

  /** {@code left OP ANY (array)} and ALL. */
  record Comparison(RowExpr left, RowExpr array, ScalarFunction operator, boolean all)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      Object value = left.eval(row, run);
      if (!(array.eval(row, run) instanceof SqlArray elements)) {
        return null;
      }
      boolean unknown = false;
      for (int i = 0; i < elements.size(); i++) {
        Object result = Calls.apply(operator, value, elements.element(i), run);
        if (result == null) {
          unknown = true;
        } else if ((Boolean) result != all) {
          return !all;
        }
      }
      return unknown ? null : all;
    }
  }

  static RowExpr arrayOf(RowExpr[] elements, SqlType type) {
    SqlType element = Objects.requireNonNull(type.element());
    return (row, run) -> array(element, Calls.all(elements, row, run));
  }

  /** An array of arrays is one with a dimension more. */
  private static SqlArray array(SqlType type, @Nullable Object[] elements) {
    return Arrays.stream(elements).anyMatch(SqlArray.class::isInstance)
        ? nested(type, elements)
        : SqlArray.of(type, elements);
  }

  private static SqlArray nested(SqlType type, @Nullable Object[] parts) {
    SqlArray first = null;
    var all = new ArrayList<@Nullable Object>();
    for (Object part : parts) {
      if (!(part instanceof SqlArray array)
          || (first != null && !Arrays.equals(first.lengths(), array.lengths()))) {
        throw new SqlException(
            SqlState.ARRAY_SUBSCRIPT_ERROR,
            "multidimensional arrays must have array expressions with matching dimensions");
      }
      first = first == null ? array : first;
      all.addAll(array.elements());
    }
    SqlArray shape = Objects.requireNonNull(first);
    if (shape.size() == 0) {
      return SqlArray.empty(type);
    }
    int[] lengths = new int[shape.dimensions() + 1];
    lengths[0] = parts.length;
    System.arraycopy(shape.lengths(), 0, lengths, 1, shape.dimensions());
    int[] lowerBounds = new int[lengths.length];
    lowerBounds[0] = 1;
    System.arraycopy(shape.lowerBounds(), 0, lowerBounds, 1, shape.dimensions());
    if (lengths.length > SqlArray.DIMENSIONS_MAX) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED,
          "number of array dimensions (%d) exceeds the maximum allowed (%d)",
          lengths.length,
          SqlArray.DIMENSIONS_MAX);
    }
    return SqlArray.of(type, lengths, lowerBounds, all.toArray());
  }

  record Row(RowExpr[] fields, List<SqlType> types, List<String> names) implements RowExpr {
    @Override
    public Object eval(@Nullable Object[] row, Execution run) {
      return new SqlRecord(types, names, Calls.all(fields, row, run));
    }
  }

  record Field(RowExpr record, int index) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      return record.eval(row, run) instanceof SqlRecord value ? value.value(index) : null;
    }
  }
}
