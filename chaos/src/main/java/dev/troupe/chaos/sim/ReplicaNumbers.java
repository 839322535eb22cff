package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;

/**
 * How replica ids are handed out: by a counter that is part of the replicated state, as in the
 * product, so that a leader cut off from the others cannot get ahead of them. The node is part of
 * the number: two leaders that use the same count for different nodes name different replicas.
 */
final class ReplicaNumbers {
  private static final int NODES = 8;

  private ReplicaNumbers() {}

  static ReplicaId next(long lastCount, int node) {
    return new ReplicaId((lastCount + 1) * NODES + node);
  }

  static int node(ReplicaId replica) {
    return (int) (replica.value() % NODES);
  }

  /** The highest count used by a member; 0 when there is none. */
  static long highest(Membership membership) {
    long highest = 0;
    for (Member member : membership.members()) {
      highest = Math.max(highest, member.replica().value() / NODES);
    }
    return highest;
  }
}
