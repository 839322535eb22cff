package dev.troupe.sql.type;

import dev.troupe.protocol.error.Invariant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array of SQL: elements of one type in row-major order, with its dimensions. An empty array has
 * no dimensions. Immutable; the arrays given to it must not be changed afterwards. Its equality is
 * that of SQL with NULLs equal to each other.
 */
public final class SqlArray implements Comparable<SqlArray> {
  public static final int DIMENSIONS_MAX = 6;

  /** PostgreSQL's limit, or what a statement can hold without endangering the others. */
  public static final int ELEMENTS_MAX =
      (int) Math.min(134_217_727, Runtime.getRuntime().maxMemory() / 64);

  private static final int[] NONE = {};

  private final SqlType elementType;
  private final int[] lengths;
  private final int[] lowerBounds;
  private final @Nullable Object[] elements;

  private SqlArray(
      SqlType elementType, int[] lengths, int[] lowerBounds, @Nullable Object[] elements) {
    this.elementType = elementType;
    this.lengths = lengths;
    this.lowerBounds = lowerBounds;
    this.elements = elements;
  }

  /** One dimension, counted from 1. */
  public static SqlArray of(SqlType elementType, @Nullable Object... elements) {
    return elements.length == 0
        ? empty(elementType)
        : new SqlArray(elementType, new int[] {elements.length}, new int[] {1}, elements);
  }

  /** One dimension, counted from 1. */
  public static SqlArray of(SqlType elementType, List<? extends @Nullable Object> elements) {
    return of(elementType, elements.toArray());
  }

  /**
   * @param lengths of the dimensions, outermost first; none of them 0
   * @param elements as many as the product of the lengths
   */
  public static SqlArray of(
      SqlType elementType, int[] lengths, int[] lowerBounds, @Nullable Object[] elements) {
    Invariant.check(
        lengths.length == lowerBounds.length && lengths.length <= DIMENSIONS_MAX,
        "%d dimensions, %d lower bounds",
        lengths.length,
        lowerBounds.length);
    long product = lengths.length == 0 ? 0 : 1;
    for (int length : lengths) {
      product *= length;
    }
    Invariant.check(product == elements.length, "%d of %d elements", elements.length, product);
    return elements.length == 0
        ? empty(elementType)
        : new SqlArray(elementType, lengths, lowerBounds, elements);
  }

  public static SqlArray empty(SqlType elementType) {
    return new SqlArray(elementType, NONE, NONE, new Object[0]);
  }

  public SqlType elementType() {
    return elementType;
  }

  /** The same elements under another type that has the same Java values. */
  public SqlArray as(SqlType otherElementType) {
    return new SqlArray(otherElementType, lengths, lowerBounds, elements);
  }

  /** The same shape with other elements. */
  public SqlArray with(SqlType otherElementType, @Nullable Object[] otherElements) {
    return of(otherElementType, lengths, lowerBounds, otherElements);
  }

  /** Number of dimensions; 0 when it is empty. */
  public int dimensions() {
    return lengths.length;
  }

  /**
   * @param dimension from 0
   */
  public int length(int dimension) {
    return lengths[dimension];
  }

  /**
   * @param dimension from 0
   */
  public int lowerBound(int dimension) {
    return lowerBounds[dimension];
  }

  public int[] lengths() {
    return lengths.clone();
  }

  public int[] lowerBounds() {
    return lowerBounds.clone();
  }

  /** Number of elements over all dimensions. */
  public int size() {
    return elements.length;
  }

  /**
   * @param index in row-major order, from 0
   */
  public @Nullable Object element(int index) {
    return elements[index];
  }

  /** All in row-major order; a copy. */
  public @Nullable Object[] toArray() {
    return elements.clone();
  }

  /** The elements in row-major order, unmodifiable. */
  @SuppressWarnings("NullAway") // Lists of nullable elements are not understood by the checker.
  public List<@Nullable Object> elements() {
    return java.util.Collections.unmodifiableList(Arrays.asList(elements));
  }

  /** Element at one-based (by default) subscripts; null for NULL and outside of the bounds. */
  public @Nullable Object at(int... subscripts) {
    if (subscripts.length != lengths.length) {
      return null;
    }
    int index = 0;
    for (int d = 0; d < subscripts.length; d++) {
      long inDimension = (long) subscripts[d] - lowerBounds[d];
      if (inDimension < 0 || inDimension >= lengths[d]) {
        return null;
      }
      index = index * lengths[d] + (int) inDimension;
    }
    return lengths.length == 0 ? null : elements[index];
  }

  public boolean hasNulls() {
    for (Object element : elements) {
      if (element == null) {
        return true;
      }
    }
    return false;
  }

  /** Whether every dimension counts from 1. */
  public boolean countsFromOne() {
    for (int lowerBound : lowerBounds) {
      if (lowerBound != 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(SqlArray other) {
    return compare(this, other, ValueOrder.of(elementType));
  }

  /** Elements first, then the shape; NULL elements are equal and greater than all others. */
  static int compare(SqlArray left, SqlArray right, ValueOrder order) {
    int common = Math.min(left.elements.length, right.elements.length);
    for (int i = 0; i < common; i++) {
      int difference = order.compareNullsLast(left.elements[i], right.elements[i]);
      if (difference != 0) {
        return difference;
      }
    }
    int bySize = Integer.compare(left.elements.length, right.elements.length);
    if (bySize != 0) {
      return bySize;
    }
    int byDimensions = Integer.compare(left.lengths.length, right.lengths.length);
    if (byDimensions != 0) {
      return byDimensions;
    }
    int byLengths = Arrays.compare(left.lengths, right.lengths);
    return byLengths != 0 ? byLengths : Arrays.compare(left.lowerBounds, right.lowerBounds);
  }

  int hash(ValueOrder order) {
    int hash = 1;
    for (Object element : elements) {
      hash = 31 * hash + (element == null ? 0 : order.hash(element));
    }
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SqlArray array
        && elementType.isSameAs(array.elementType)
        && compareTo(array) == 0;
  }

  @Override
  public int hashCode() {
    return hash(ValueOrder.of(elementType));
  }

  @Override
  public String toString() {
    return Arrays.toString(elements);
  }
}
