package dev.troupe.sql.function.array;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays put together from arrays and elements. */
final class ArrayShape {
  private ArrayShape() {}

  static SqlArray append(@Nullable SqlArray array, @Nullable Object element, SqlType type) {
    if (array == null || array.dimensions() == 0) {
      return SqlArray.of(type, new @Nullable Object[] {element});
    }
    requireOneDimension(array);
    @Nullable Object[] elements = Arrays.copyOf(array.toArray(), array.size() + 1);
    elements[array.size()] = element;
    return SqlArray.of(type, new int[] {elements.length}, array.lowerBounds(), elements);
  }

  static SqlArray prepend(@Nullable Object element, @Nullable SqlArray array, SqlType type) {
    if (array == null || array.dimensions() == 0) {
      return SqlArray.of(type, new @Nullable Object[] {element});
    }
    requireOneDimension(array);
    @Nullable Object[] elements = new @Nullable Object[array.size() + 1];
    elements[0] = element;
    System.arraycopy(array.toArray(), 0, elements, 1, array.size());
    return SqlArray.of(type, new int[] {elements.length}, array.lowerBounds(), elements);
  }

  private static void requireOneDimension(SqlArray array) {
    if (array.dimensions() != 1) {
      throw new SqlException(
          SqlState.DATA_EXCEPTION, "argument must be empty or one-dimensional array");
    }
  }

  static @Nullable SqlArray concat(@Nullable SqlArray left, @Nullable SqlArray right) {
    if (left == null || left.dimensions() == 0) {
      return right == null && left != null ? left : right;
    }
    if (right == null || right.dimensions() == 0) {
      return left;
    }
    int[] lengths;
    int[] bounds;
    if (left.dimensions() == right.dimensions()) {
      requireSameSlices(left.lengths(), right.lengths());
      lengths = left.lengths();
      bounds = left.lowerBounds();
      lengths[0] += right.length(0);
    } else if (left.dimensions() == right.dimensions() + 1) {
      requireSlice(left, right);
      lengths = left.lengths();
      bounds = left.lowerBounds();
      lengths[0]++;
    } else if (left.dimensions() + 1 == right.dimensions()) {
      requireSlice(right, left);
      lengths = right.lengths();
      bounds = right.lowerBounds();
      lengths[0]++;
    } else {
      throw incompatible()
          .withDetail(
              "Arrays of %d and %d dimensions are not compatible for concatenation."
                  .formatted(left.dimensions(), right.dimensions()));
    }
    @Nullable Object[] elements = Arrays.copyOf(left.toArray(), left.size() + right.size());
    System.arraycopy(right.toArray(), 0, elements, left.size(), right.size());
    return SqlArray.of(left.elementType(), lengths, bounds, elements);
  }

  private static SqlException incompatible() {
    return new SqlException(
        SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot concatenate incompatible arrays");
  }

  private static void requireSameSlices(int[] left, int[] right) {
    if (!Arrays.equals(left, 1, left.length, right, 1, right.length)) {
      throw incompatible()
          .withDetail(
              "Arrays with differing element dimensions are not compatible for concatenation.");
    }
  }

  private static void requireSlice(SqlArray array, SqlArray slice) {
    int[] lengths = array.lengths();
    if (!Arrays.equals(lengths, 1, lengths.length, slice.lengths(), 0, slice.dimensions())) {
      throw incompatible()
          .withDetail("Arrays with differing dimensions are not compatible for concatenation.");
    }
  }

  static SqlArray fill(
      SqlType type, @Nullable Object value, @Nullable SqlArray lengths, @Nullable SqlArray bounds) {
    int[] sizes = integers(lengths, "dimension");
    int[] lower = new int[sizes.length];
    Arrays.fill(lower, 1);
    if (bounds != null) {
      lower = integers(bounds, "low bound");
    }
    if (lower.length != sizes.length) {
      throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts")
          .withDetail("Low bound array has different size than dimensions array.");
    }
    if (sizes.length > SqlArray.DIMENSIONS_MAX) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED,
          "number of array dimensions (%d) exceeds the maximum allowed (%d)",
          sizes.length,
          SqlArray.DIMENSIONS_MAX);
    }
    long count = sizes.length == 0 ? 0 : 1;
    for (int size : sizes) {
      count = size <= 0 ? 0 : Math.min(count * size, SqlArray.ELEMENTS_MAX + 1L);
    }
    if (count > SqlArray.ELEMENTS_MAX) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED,
          "array size exceeds the maximum allowed (%d)",
          SqlArray.ELEMENTS_MAX);
    }
    if (count == 0) {
      return SqlArray.empty(type);
    }
    @Nullable Object[] elements = new @Nullable Object[(int) count];
    Arrays.fill(elements, value);
    return SqlArray.of(type, sizes, lower, elements);
  }

  private static int[] integers(@Nullable SqlArray array, String what) {
    if (array == null) {
      throw new SqlException(
          SqlState.NULL_VALUE_NOT_ALLOWED, "dimension array or low bound array cannot be null");
    }
    if (array.dimensions() > 1) {
      throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts")
          .withDetail("Dimension array must be one dimensional.");
    }
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(array.element(i) instanceof Integer value)) {
        throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, what + " values cannot be null");
      }
      values[i] = value;
    }
    return values;
  }

  static SqlArray trim(SqlArray array, int count) {
    int length = array.dimensions() == 0 ? 0 : array.length(0);
    if (count < 0 || count > length) {
      throw SqlException.of(
          SqlState.ARRAY_SUBSCRIPT_ERROR,
          "number of elements to trim must be between 0 and %d",
          length);
    }
    if (count == 0) {
      return array;
    }
    if (count == length) {
      return SqlArray.empty(array.elementType());
    }
    int[] lengths = array.lengths();
    int slice = array.size() / length;
    lengths[0] = length - count;
    return SqlArray.of(
        array.elementType(),
        lengths,
        array.lowerBounds(),
        Arrays.copyOf(array.toArray(), slice * lengths[0]));
  }

  /** As {@code [1:2][0:3]}; null for an empty array. */
  static @Nullable String dimensions(SqlArray array) {
    if (array.dimensions() == 0) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < array.dimensions(); d++) {
      int low = array.lowerBound(d);
      parts.add("[" + low + ":" + (low + array.length(d) - 1) + "]");
    }
    return String.join("", parts);
  }
}
