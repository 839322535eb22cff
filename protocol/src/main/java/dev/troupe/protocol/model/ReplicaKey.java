package dev.troupe.protocol.model;

/** Names one replica in the whole cluster. */
public record ReplicaKey(RangeId range, ReplicaId replica) implements Comparable<ReplicaKey> {
  @Override
  public int compareTo(ReplicaKey other) {
    int byRange = range.compareTo(other.range);
    return byRange != 0 ? byRange : replica.compareTo(other.replica);
  }

  @Override
  public String toString() {
    return range + "/" + replica;
  }
}
