package dev.troupe.protocol.model;

/**
 * What a range is: its keys, its members, and how often either has changed. The copy that a range
 * replicates in itself is the truth; every other copy is a hint whose age shows in its generation.
 *
 * @param id the range
 * @param span the keys it owns
 * @param generation rises with every change of span or members
 * @param members current Raft membership
 * @param nextReplicaId the id that the next added replica gets; only rises
 */
public record RangeDescriptor(
    RangeId id, KeySpan span, long generation, Membership members, long nextReplicaId) {
  public RangeDescriptor {
    for (Member member : members.members()) {
      if (member.replica().value() >= nextReplicaId) {
        throw new IllegalArgumentException(
            "replica " + member.replica() + " of " + id + " is not below next id " + nextReplicaId);
      }
    }
  }

  /** The lowest id of a replica that a node may have: all lower ones were removed from it. */
  public long lowestReplicaOn(NodeId node) {
    return members.onNode(node).map(member -> member.replica().value()).orElse(nextReplicaId);
  }

  @Override
  public String toString() {
    return id + span.toString() + " gen " + generation + " " + members;
  }
}
