package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;

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
   * @param generation the range must still have it, unless the key is its border already; 0 for any
   */
  record SplitRange(RangeId range, Key key, RangeId right, long generation)
      implements AdminRequest {
    public SplitRange(RangeId range, Key key, RangeId right) {
      this(range, key, right, 0);
    }
  }

  /** A voting replica on one node, and only then none on the other. */
  record MoveReplica(RangeId range, NodeId from, NodeId to) implements AdminRequest {}

  /**
   * Only if the range is as whoever asks has seen it, and nobody else is changing it.
   *
   * @param generation of the descriptor that was seen
   */
  record IfUnchanged(long generation, AdminRequest wish) implements AdminRequest {
    public IfUnchanged {
      if (wish instanceof IfUnchanged) {
        throw new IllegalArgumentException("a condition on a condition: " + wish);
      }
    }

    @Override
    public RangeId range() {
      return wish.range();
    }
  }

  /**
   * The key is no border: the range that begins with it is part of this one.
   *
   * @param right that range
   * @param seen when it was looked at what is protected from being collected in the two ranges
   * @param keep the lowest timestamp that is protected there; MAX for none
   */
  record MergeRange(RangeId range, Key border, RangeId right, Timestamp seen, Timestamp keep)
      implements AdminRequest {}

  /** A step of a merge, asked of the right-hand range by the leader of the left-hand one. */
  sealed interface OfMerge extends AdminRequest {
    RangeId left();

    /** Of the merge. */
    long token();
  }

  /**
   * The range is frozen.
   *
   * @param generation that it has before
   */
  record FreezeRange(RangeId range, long generation, RangeId left, long token) implements OfMerge {}

  /** The replica that is asked, leader or not, has applied the freeze and serves nobody. */
  record AwaitFrozen(RangeId range, RangeId left, long token) implements OfMerge {}

  /**
   * The range is not frozen by this merge, and never will be.
   *
   * @param generation that it had before
   */
  record ThawRange(RangeId range, long generation, RangeId left, long token) implements OfMerge {}
}
