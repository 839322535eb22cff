package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftMessage;
import java.util.List;
import java.util.function.Consumer;

/** What a replica causes outside of itself. Any thread; never blocks; may lose messages. */
public interface ReplicaOutbox {
  void raft(NodeId to, RangeId range, RaftMessage message);

  /**
   * Sends a message of which entries may belong to traced requests.
   *
   * @param traces which; where they cannot be told, the message goes without
   */
  default void raft(NodeId to, RangeId range, RaftMessage message, List<CarriedTrace> traces) {
    raft(to, range, message);
  }

  /** Tells a node that its replica was removed: no replica below {@code next} may exist. */
  void tooOld(NodeId to, RangeId range, ReplicaId replica, long nextReplicaId);

  /** Starts streaming the range's state; the end is reported to the sender as a command. */
  void sendSnapshot(ReplicaKey from, ReplicaId to, NodeId node, long term);

  /** A replica has come into being by a split: its actor may start. */
  void born(ReplicaKey replica);

  /** Who leads has changed as this replica sees it, or it leads and its descriptor has changed. */
  void leadership(Leadership now);

  /**
   * Asks a node's replica of another range for a step of a merge.
   *
   * @param answer called once, on any thread; with Elsewhere when there was no answer
   */
  void administer(
      NodeId node,
      AdminRequest.OfMerge step,
      long patienceNanos,
      Consumer<RangeReplica.AdminOutcome> answer);
}
