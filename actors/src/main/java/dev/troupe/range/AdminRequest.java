package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;

/** A change that an operator or the placement wants of a range. Idempotent: asks for a state. */
public sealed interface AdminRequest {
  RangeId range();

  /** A voting replica on the node. */
  record AddReplica(RangeId range, NodeId node) implements AdminRequest {}

  /** No replica on the node. */
  record RemoveReplica(RangeId range, NodeId node) implements AdminRequest {}

  /** The replica on the node leads. */
  record TransferLeadership(RangeId range, NodeId node) implements AdminRequest {}

  /**
   * The key is the range's border.
   *
   * @param right id of the range that begins with the key, if it has to be made
   */
  record SplitRange(RangeId range, Key key, RangeId right) implements AdminRequest {}
}
