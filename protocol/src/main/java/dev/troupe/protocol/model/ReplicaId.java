package dev.troupe.protocol.model;

/**
 * Number of one replica of a range. Unique within its range and never reused: a node that loses a
 * replica and gets the range again holds it under a new id, so that an old vote cannot be repeated.
 */
public record ReplicaId(long value) implements Comparable<ReplicaId> {
  public ReplicaId {
    if (value < 1) {
      throw new IllegalArgumentException("replica id must be at least 1, was " + value);
    }
  }

  @Override
  public int compareTo(ReplicaId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "p" + value;
  }
}
