package dev.troupe.chaos.history;

import java.util.Arrays;

/** The list that a read of a key returned. Immutable; eight bytes an element. */
public final class Values {
  private static final int SHOWN_MAX = 20;

  private static final Values EMPTY = new Values(new long[0]);

  private final long[] elements;

  private Values(long[] elements) {
    this.elements = elements;
  }

  public static Values of(long... elements) {
    return elements.length == 0 ? EMPTY : new Values(elements.clone());
  }

  /** The first elements of a buffer, which are copied. */
  public static Values copyOf(long[] buffer, int size) {
    return size == 0 ? EMPTY : new Values(Arrays.copyOf(buffer, size));
  }

  public int size() {
    return elements.length;
  }

  public boolean isEmpty() {
    return elements.length == 0;
  }

  public long get(int position) {
    return elements[position];
  }

  public long last() {
    return elements[elements.length - 1];
  }

  public boolean contains(long element) {
    for (long present : elements) {
      if (present == element) {
        return true;
      }
    }
    return false;
  }

  public boolean isPrefixOf(Values other) {
    return size() <= other.size() && Arrays.equals(elements, 0, size(), other.elements, 0, size());
  }

  /** The first elements of this list. */
  public Values first(int size) {
    return size == elements.length ? this : copyOf(elements, size);
  }

  public Values plus(long element) {
    long[] longer = Arrays.copyOf(elements, elements.length + 1);
    longer[elements.length] = element;
    return new Values(longer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Values values && Arrays.equals(elements, values.elements);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements);
  }

  /** All of a short list, both ends of a long one. */
  @Override
  public String toString() {
    if (elements.length <= SHOWN_MAX) {
      return Arrays.toString(elements);
    }
    int end = SHOWN_MAX / 2;
    String head = Arrays.toString(Arrays.copyOf(elements, end));
    String tail =
        Arrays.toString(Arrays.copyOfRange(elements, elements.length - end, elements.length));
    return "%s, ... %d more ..., %s"
        .formatted(
            head.substring(0, head.length() - 1), elements.length - 2 * end, tail.substring(1));
  }
}
