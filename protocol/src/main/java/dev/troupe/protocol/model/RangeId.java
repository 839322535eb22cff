package dev.troupe.protocol.model;

/** Number of a range, unique in a cluster for ever; range 1 is the system range. */
public record RangeId(long value) implements Comparable<RangeId> {
  /** The range that holds the beginning of {@code /sys}, the root of all lookups. */
  public static final RangeId SYSTEM = new RangeId(1);

  public RangeId {
    if (value < 1) {
      throw new IllegalArgumentException("range id must be at least 1, was " + value);
    }
  }

  @Override
  public int compareTo(RangeId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "r" + value;
  }
}
