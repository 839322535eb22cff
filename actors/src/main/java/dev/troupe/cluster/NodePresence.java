package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Notices that nodes come and go. What is there at the first look is nothing new; who is missing
 * then is: the node that would have told of it may be the missing one. Not thread-safe.
 */
final class NodePresence {
  /** How a node is, as seen from one that is up. */
  enum State {
    UP,
    /** A member that does not answer. */
    SILENT,
    /** No member: it has ended, or was taken for dead. */
    AWAY
  }

  private final ClusterNodes nodes;
  private final BiConsumer<NodeId, State> changed;
  private final Map<NodeId, State> last = new HashMap<>();
  private boolean begun;

  /**
   * @param changed told of each change once
   */
  NodePresence(ClusterNodes nodes, BiConsumer<NodeId, State> changed) {
    this.nodes = nodes;
    this.changed = changed;
  }

  /**
   * @param known nodes that belong to the cluster, whether they are up or not
   */
  void look(Collection<NodeId> known) {
    for (NodeId node : known) {
      look(node);
    }
    nodes.members().keySet().forEach(this::look);
    begun = true;
  }

  private void look(NodeId node) {
    State now = state(node);
    State before = last.put(node, now);
    boolean nothingNew = before == null && !begun && now == State.UP;
    if (now != before && !nothingNew) {
      changed.accept(node, now);
    }
  }

  private State state(NodeId node) {
    if (nodes.isUp(node)) {
      return State.UP;
    }
    return nodes.members().containsKey(node) ? State.SILENT : State.AWAY;
  }
}
