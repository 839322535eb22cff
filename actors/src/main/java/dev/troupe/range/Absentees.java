package dev.troupe.range;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftCore;

/**
 * Tells a leader which of its members live on nodes that are gone: without them its range may fall
 * asleep. Replicas on a node that is back ask for votes when they start, which wakes their leaders
 * one after the other. Some cannot: who was a learner when it was cut off, who asks only members
 * that have been replaced since, or whose process was never gone and who sleeps itself. So a leader
 * that has heard nothing for a while of a member whose node is back is woken, and asks. Owned by
 * the leader's replica.
 */
final class Absentees {
  /** How long members on a node that is back are left to speak up: it has thousands to start. */
  static final long PATIENCE_NANOS = 20_000_000_000L;

  /** Above that, ranges are spread over as much time again by their numbers. */
  static final int SPREAD = 16;

  private static final long NOBODY = Long.MAX_VALUE;

  private final ReplicaKey key;
  private long wakeAt = NOBODY;

  Absentees(ReplicaKey key) {
    this.key = key;
  }

  /** To be called by a leader about twice a second, asleep only when nodes have come or gone. */
  void look(RaftCore core, Placement placement, long now) {
    boolean awaited = false;
    for (Member member : core.membership().members()) {
      if (member.replica().equals(key.replica())) {
        continue;
      }
      if (!placement.isUp(member.node())) {
        core.absent(member.replica(), true, now);
      } else if (now >= wakeAt) {
        core.absent(member.replica(), false, now);
      } else {
        awaited |= core.isAbsent(member.replica());
      }
    }
    if (!awaited) {
      wakeAt = NOBODY;
    } else if (wakeAt == NOBODY) {
      wakeAt = now + PATIENCE_NANOS + key.range().value() % SPREAD * (PATIENCE_NANOS / SPREAD);
    }
  }

  /** This replica does not lead: whoever does asks. */
  void forget() {
    wakeAt = NOBODY;
  }

  /** Whether nobody is waited for. */
  boolean isAtRest() {
    return wakeAt == NOBODY;
  }
}
