package dev.troupe.sql.function.array;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Functions that build arrays, measure them and search in them. */
public final class ArrayFunctions {
  private ArrayFunctions() {}

  public static void define(Definitions to) {
    defineMeasures(to);
    defineConcatenation(to);
    defineSearches(to);
    defineContainment(to);
    defineOthers(to);
  }

  private static void defineMeasures(Definitions to) {
    to.add("cardinality(anyarray) int4", (SqlArray a) -> a.size());
    to.add(
        "array_ndims(anyarray) int4",
        (SqlArray a) -> a.dimensions() == 0 ? null : (Integer) a.dimensions());
    to.add("array_dims(anyarray) text", (SqlArray a) -> ArrayShape.dimensions(a));
    to.add(
        "array_length(anyarray, int4) int4",
        (SqlArray a, Integer d) -> has(a, d) ? (Integer) a.length(d - 1) : null);
    to.add(
        "array_lower(anyarray, int4) int4",
        (SqlArray a, Integer d) -> has(a, d) ? (Integer) a.lowerBound(d - 1) : null);
    to.add(
        "array_upper(anyarray, int4) int4",
        (SqlArray a, Integer d) ->
            has(a, d) ? (Integer) (a.lowerBound(d - 1) + a.length(d - 1) - 1) : null);
  }

  private static boolean has(SqlArray array, int dimension) {
    return dimension >= 1 && dimension <= array.dimensions();
  }

  private static void defineConcatenation(Definitions to) {
    for (String name : new String[] {"array_append", "||"}) {
      to.addTyped(
          name + "(anycompatiblearray, anycompatible) anycompatiblearray nullable",
          types -> (a, c) -> ArrayShape.append((SqlArray) a[0], a[1], element(types)));
    }
    for (String name : new String[] {"array_prepend", "||"}) {
      to.addTyped(
          name + "(anycompatible, anycompatiblearray) anycompatiblearray nullable",
          types -> (a, c) -> ArrayShape.prepend(a[0], (SqlArray) a[1], element(types)));
    }
    for (String name : new String[] {"array_cat", "||"}) {
      to.addMany(
          name + "(anycompatiblearray, anycompatiblearray) anycompatiblearray nullable",
          (a, c) -> ArrayShape.concat((SqlArray) a[0], (SqlArray) a[1]));
    }
  }

  private static SqlType element(BoundTypes types) {
    return Objects.requireNonNull(types.result().element());
  }

  private static void defineSearches(Definitions to) {
    String searched = "(anycompatiblearray, anycompatible";
    to.addTyped(
        "array_position" + searched + ") int4 nullable",
        types -> (a, c) -> position(order(types), (SqlArray) a[0], a[1], null));
    to.addTyped(
        "array_position" + searched + ", int4) int4 nullable",
        types -> (a, c) -> position(order(types), (SqlArray) a[0], a[1], start(a[2])));
    to.addTyped(
        "array_positions" + searched + ") int4[] nullable",
        types -> (a, c) -> positions(order(types), (SqlArray) a[0], a[1]));
    to.addTyped(
        "array_remove" + searched + ") anycompatiblearray nullable",
        types -> (a, c) -> remove(order(types), (SqlArray) a[0], a[1]));
    to.addTyped(
        "array_replace" + searched + ", anycompatible) anycompatiblearray nullable",
        types -> (a, c) -> replace(order(types), (SqlArray) a[0], a[1], a[2]));
  }

  private static ValueOrder order(BoundTypes types) {
    return ValueOrder.of(types.parameter(1));
  }

  private static Integer start(@Nullable Object given) {
    if (given == null) {
      throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, "initial position must not be null");
    }
    return (Integer) given;
  }

  private static void requireOneDimension(SqlArray array, String what) {
    if (array.dimensions() > 1) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, what + " multidimensional arrays is not supported");
    }
  }

  private static @Nullable Integer position(
      ValueOrder order, @Nullable SqlArray array, @Nullable Object wanted, @Nullable Integer from) {
    if (array == null || array.dimensions() == 0) {
      return null;
    }
    requireOneDimension(array, "searching for elements in");
    int low = array.lowerBound(0);
    int start = from == null ? 0 : (int) Math.max(0, (long) from - low);
    for (int i = start; i < array.size(); i++) {
      if (order.same(array.element(i), wanted)) {
        return i + low;
      }
    }
    return null;
  }

  private static @Nullable SqlArray positions(
      ValueOrder order, @Nullable SqlArray array, @Nullable Object wanted) {
    if (array == null) {
      return null;
    }
    requireOneDimension(array, "searching for elements in");
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (order.same(array.element(i), wanted)) {
        found.add(i + array.lowerBound(0));
      }
    }
    return SqlArray.of(SqlType.INT4, found);
  }

  private static @Nullable SqlArray remove(
      ValueOrder order, @Nullable SqlArray array, @Nullable Object wanted) {
    if (array == null || array.dimensions() == 0) {
      return array;
    }
    requireOneDimension(array, "removing elements from");
    List<@Nullable Object> kept = new ArrayList<>();
    for (Object element : array.elements()) {
      if (!order.same(element, wanted)) {
        kept.add(element);
      }
    }
    return kept.isEmpty()
        ? SqlArray.empty(array.elementType())
        : SqlArray.of(
            array.elementType(), new int[] {kept.size()}, array.lowerBounds(), kept.toArray());
  }

  private static @Nullable SqlArray replace(
      ValueOrder order, @Nullable SqlArray array, @Nullable Object what, @Nullable Object by) {
    if (array == null || array.dimensions() == 0) {
      return array;
    }
    @Nullable Object[] elements = array.toArray();
    for (int i = 0; i < elements.length; i++) {
      if (order.same(elements[i], what)) {
        elements[i] = by;
      }
    }
    return array.with(array.elementType(), elements);
  }

  private static void defineContainment(Definitions to) {
    to.<SqlArray, SqlArray>addTypedTwo(
        "@>(anyarray, anyarray) bool", types -> (a, b) -> contains(elementOrder(types), a, b));
    to.<SqlArray, SqlArray>addTypedTwo(
        "<@(anyarray, anyarray) bool", types -> (a, b) -> contains(elementOrder(types), b, a));
    to.<SqlArray, SqlArray>addTypedTwo(
        "&&(anyarray, anyarray) bool", types -> (a, b) -> overlaps(elementOrder(types), a, b));
    to.<SqlArray, SqlArray>addTypedTwo(
        "arraycontains(anyarray, anyarray) bool",
        types -> (a, b) -> contains(elementOrder(types), a, b));
    to.<SqlArray, SqlArray>addTypedTwo(
        "arrayoverlap(anyarray, anyarray) bool",
        types -> (a, b) -> overlaps(elementOrder(types), a, b));
  }

  private static ValueOrder elementOrder(BoundTypes types) {
    SqlType element = types.parameter(0).element();
    return ValueOrder.of(element == null ? SqlType.INT8 : element);
  }

  /** A NULL is contained in nothing and contains nothing. */
  private static boolean contains(ValueOrder order, SqlArray array, SqlArray part) {
    for (Object wanted : part.elements()) {
      if (wanted == null || !holds(order, array, wanted)) {
        return false;
      }
    }
    return true;
  }

  private static boolean overlaps(ValueOrder order, SqlArray array, SqlArray other) {
    for (Object wanted : other.elements()) {
      if (wanted != null && holds(order, array, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(ValueOrder order, SqlArray array, Object wanted) {
    for (Object element : array.elements()) {
      if (element != null && order.equal(element, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static void defineOthers(Definitions to) {
    to.addTyped(
        "array_fill(anyelement, int4[]) anyarray nullable",
        types -> (a, c) -> ArrayShape.fill(element(types), a[0], (SqlArray) a[1], null));
    to.addTyped(
        "array_fill(anyelement, int4[], int4[]) anyarray nullable",
        types -> (a, c) -> ArrayShape.fill(element(types), a[0], (SqlArray) a[1], bounds(a[2])));
    to.add(
        "trim_array(anyarray, int4) anyarray",
        (SqlArray array, Integer count) -> ArrayShape.trim(array, count));
  }

  private static SqlArray bounds(@Nullable Object given) {
    if (given == null) {
      throw new SqlException(
          SqlState.NULL_VALUE_NOT_ALLOWED, "dimension array or low bound array cannot be null");
    }
    return (SqlArray) given;
  }
}
