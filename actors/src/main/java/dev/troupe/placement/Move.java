package dev.troupe.placement;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import org.jspecify.annotations.Nullable;

/** One change of where a range's replicas or its leader are. */
public sealed interface Move {
  RangeId range();

  /** Generation of the range's descriptor for which it was thought out. */
  long generation();

  Reason reason();

  /** The node that gets a replica or the leadership; null when one only loses. */
  @Nullable NodeId receiver();

  /** A replica more. */
  record Add(RangeId range, long generation, NodeId to, Reason reason) implements Move {
    @Override
    public NodeId receiver() {
      return to;
    }

    @Override
    public String toString() {
      return "add a replica of " + range + " on " + to + ": " + reason.words();
    }
  }

  /** A replica on another node, and then one less on this. */
  record Replace(RangeId range, long generation, NodeId from, NodeId to, Reason reason)
      implements Move {
    @Override
    public NodeId receiver() {
      return to;
    }

    @Override
    public String toString() {
      return "move " + range + " from " + from + " to " + to + ": " + reason.words();
    }
  }

  /** A replica less. */
  record Remove(RangeId range, long generation, NodeId from, Reason reason) implements Move {
    @Override
    public @Nullable NodeId receiver() {
      return null;
    }

    @Override
    public String toString() {
      return "remove " + range + " from " + from + ": " + reason.words();
    }
  }

  /** Another leader. */
  record Lead(RangeId range, long generation, NodeId from, NodeId to, Reason reason)
      implements Move {
    @Override
    public NodeId receiver() {
      return to;
    }

    @Override
    public String toString() {
      return "let " + to + " lead " + range + " instead of " + from + ": " + reason.words();
    }
  }

  /** Why. Those that mend come first: the order is that of urgency. */
  enum Reason {
    DEAD_NODE("its node is dead"),
    UNDER_REPLICATED("it has too few replicas"),
    DECOMMISSIONING("its node is being decommissioned"),
    OVER_REPLICATED("it has too many replicas"),
    INTERRUPTED("a replica was left half made"),
    CONSTRAINT("its zone does not allow that place"),
    SPREAD("its replicas would share fewer places"),
    LEADER_PREFERENCE("its zone prefers that leader"),
    REPLICA_COUNT("the node has more replicas than others"),
    BYTES("the node holds more bytes than others"),
    REQUESTS("the node's ranges are asked more than those of others"),
    LEADER_COUNT("the node leads more ranges than others"),
    LEADER_REQUESTS("the node answers more requests than others");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }

    /** Whether somebody may be about to end it: a move that is under way looks like that. */
    boolean mayBeWanted() {
      return this == OVER_REPLICATED || this == INTERRUPTED;
    }

    /** Whether it can wait: nothing is wrong, it only could be better. */
    public boolean onlyBalances() {
      return compareTo(LEADER_PREFERENCE) > 0;
    }
  }
}
