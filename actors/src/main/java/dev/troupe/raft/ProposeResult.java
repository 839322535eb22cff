package dev.troupe.raft;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import org.jspecify.annotations.Nullable;

/** Answer to a proposal. */
public sealed interface ProposeResult {
  /**
   * In the leader's log at this position: committed once an entry of this term is applied there.
   */
  record Accepted(LogPosition position) implements ProposeResult {}

  /** Nothing was done; maybe that replica leads. */
  record NotLeader(@Nullable ReplicaId leader) implements ProposeResult {}

  /**
   * Nothing was done, and the reason says why.
   *
   * @param handingOver whether another replica is about to lead, which will take it
   */
  record Refused(String reason, boolean handingOver) implements ProposeResult {}
}
