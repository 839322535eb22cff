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

  /** The span that holds one key and no other. */
  public static KeySpan of(Key key) {
    return new KeySpan(key, key.next());
  }

  /** Whether the span holds one key and no other. Makes no objects. */
  public boolean isOneKey() {
    byte[] first = start.bytes();
    byte[] last = end.bytes();
    return last.length == first.length + 1 && last[first.length] == 0 && end.startsWith(start);
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
