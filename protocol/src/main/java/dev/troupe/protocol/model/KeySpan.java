package dev.troupe.protocol.model;

/**
 * A half-open interval of keys.
 *
 * @param start inclusive
 * @param end exclusive, above {@code start}
 */
public record KeySpan(Key start, Key end) {
  public static final KeySpan ALL = new KeySpan(Key.MIN, Key.MAX);

  public KeySpan {
    if (start.compareTo(end) >= 0) {
      throw new IllegalArgumentException("span is empty or reversed: [" + start + ", " + end + ")");
    }
  }

  public boolean contains(Key key) {
    return start.compareTo(key) <= 0 && key.compareTo(end) < 0;
  }

  public boolean contains(KeySpan other) {
    return start.compareTo(other.start) <= 0 && other.end.compareTo(end) <= 0;
  }

  public boolean overlaps(KeySpan other) {
    return start.compareTo(other.end) < 0 && other.start.compareTo(end) < 0;
  }

  @Override
  public String toString() {
    return "[" + start + ", " + end + ")";
  }
}
