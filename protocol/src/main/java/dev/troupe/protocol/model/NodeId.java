package dev.troupe.protocol.model;

/** Number of a node, handed out once per cluster and never reused; the first node is 1. */
public record NodeId(int value) implements Comparable<NodeId> {
  public NodeId {
    if (value < 1) {
      throw new IllegalArgumentException("node id must be at least 1, was " + value);
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "n" + value;
  }
}
