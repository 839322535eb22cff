package dev.troupe.chaos.check;

import dev.troupe.raft.RaftMessage;

/** A follower acknowledges only what is on its disk. */
public final class DurableAck implements Check {
  @Override
  public void sent(ReplicaView replica, RaftMessage message) {
    if (message instanceof RaftMessage.AppendResponse response
        && response.accepted()
        && response.matched() > replica.durableLast().index()) {
      throw new Violation(
          name(),
          "%s acknowledges %d with only %s on disk"
              .formatted(replica.replica(), response.matched(), replica.durableLast()));
    }
  }
}
