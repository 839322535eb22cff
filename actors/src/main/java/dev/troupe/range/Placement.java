package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import java.util.List;

/** What a leader may know about where replicas can live. A hint: late or wrong, never harmful. */
public interface Placement {
  /** Nodes that are up and not draining, those with fewest replicas first. */
  List<NodeId> candidates();

  /** Whether a node is a member that can be reached, as far as is known here. */
  boolean isUp(NodeId node);

  /** Whether this node wants to get rid of its leaderships. */
  boolean draining();

  /**
   * Grows after each change of which nodes are candidates or up, and of whether this one is
   * draining. To compare the answers instead would miss a node that goes and comes between two
   * looks.
   */
  long changes();
}
