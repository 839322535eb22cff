package dev.troupe.sql.exec;

import dev.troupe.sql.type.SqlArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Elements and slices of arrays. */
final class Subscripts {
  private Subscripts() {}

  record Element(RowExpr array, @Nullable RowExpr[] indexes) implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      if (!(array.eval(row, run) instanceof SqlArray value)) {
        return null;
      }
      int[] at = new int[indexes.length];
      for (int i = 0; i < at.length; i++) {
        RowExpr expression = indexes[i];
        Object index = expression == null ? null : expression.eval(row, run);
        if (index == null) {
          return null;
        }
        at[i] = ((Number) index).intValue();
      }
      return value.at(at);
    }
  }

  /** A part of an array, which counts from 1 again. Bounds outside of the array are cut. */
  record Slice(RowExpr array, @Nullable RowExpr[] lower, @Nullable RowExpr[] upper)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      if (!(array.eval(row, run) instanceof SqlArray value)) {
        return null;
      }
      int dimensions = value.dimensions();
      int[] from = new int[dimensions];
      int[] to = new int[dimensions];
      for (int d = 0; d < dimensions; d++) {
        from[d] = value.lowerBound(d);
        to[d] = value.lowerBound(d) + value.length(d) - 1;
      }
      for (int d = 0; d < lower.length; d++) {
        Object first = bound(lower[d], row, run, d < dimensions ? from[d] : 0);
        Object last = bound(upper[d], row, run, d < dimensions ? to[d] : 0);
        if (first == null || last == null) {
          return null;
        }
        if (d < dimensions) {
          from[d] = Math.max(from[d], ((Number) first).intValue());
          to[d] = Math.min(to[d], ((Number) last).intValue());
        }
      }
      return lower.length > dimensions ? SqlArray.empty(value.elementType()) : cut(value, from, to);
    }

    private static @Nullable Object bound(
        @Nullable RowExpr expression, @Nullable Object[] row, Execution run, int otherwise) {
      return expression == null ? Integer.valueOf(otherwise) : expression.eval(row, run);
    }

    private static SqlArray cut(SqlArray value, int[] from, int[] to) {
      int[] lengths = new int[from.length];
      int size = from.length == 0 ? 0 : 1;
      for (int d = 0; d < from.length; d++) {
        lengths[d] = Math.max(0, to[d] - from[d] + 1);
        size *= lengths[d];
      }
      if (size == 0) {
        return SqlArray.empty(value.elementType());
      }
      var elements = new @Nullable Object[size];
      int[] at = from.clone();
      for (int i = 0; i < size; i++) {
        elements[i] = value.at(at);
        for (int d = at.length - 1; d >= 0 && ++at[d] > to[d]; d--) {
          at[d] = from[d];
        }
      }
      int[] ones = new int[from.length];
      Arrays.fill(ones, 1);
      return SqlArray.of(value.elementType(), lengths, ones, elements);
    }
  }
}
