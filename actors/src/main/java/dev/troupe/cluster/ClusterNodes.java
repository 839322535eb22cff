package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.Placement;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Which nodes are believed to be up and what they say of themselves. Fed by cluster membership and
 * by the nodes' own summaries; a hint throughout. Any thread.
 */
final class ClusterNodes implements Placement {
  /** A member as seen from here: one life of a node. */
  record Seen(UniqueAddress life, boolean reachable) {
    Address address() {
      return life.address();
    }
  }

  private final NodeId self;
  private final Map<NodeId, Seen> members = new ConcurrentHashMap<>();
  private final Map<NodeId, PeerMessage.StoreSummary> summaries = new ConcurrentHashMap<>();
  private volatile boolean draining;

  ClusterNodes(NodeId self) {
    this.self = self;
  }

  void up(NodeId node, UniqueAddress life) {
    members.put(node, new Seen(life, true));
  }

  /**
   * Takes note of what became of one life of a node.
   *
   * @return false when the node lives again already: news of its former life come after that
   */
  boolean reachable(NodeId node, UniqueAddress life, boolean now) {
    Seen after =
        members.computeIfPresent(
            node, (id, seen) -> seen.life().equals(life) ? new Seen(life, now) : seen);
    return after == null || after.life().equals(life);
  }

  /** As {@link #reachable}: that life has ended. */
  boolean gone(NodeId node, UniqueAddress life) {
    Seen after =
        members.computeIfPresent(node, (id, seen) -> seen.life().equals(life) ? null : seen);
    if (after != null) {
      return false;
    }
    summaries.remove(node);
    return true;
  }

  void summary(NodeId node, PeerMessage.StoreSummary summary) {
    summaries.put(node, summary);
  }

  void drain(boolean now) {
    draining = now;
  }

  Map<NodeId, Seen> members() {
    return Map.copyOf(members);
  }

  boolean isDraining(NodeId node) {
    PeerMessage.StoreSummary summary = summaries.get(node);
    return node.equals(self) ? draining : summary != null && summary.draining();
  }

  /** Other nodes that can be asked. */
  List<NodeId> others() {
    var others = new ArrayList<NodeId>();
    members.forEach(
        (node, seen) -> {
          if (seen.reachable() && !node.equals(self)) {
            others.add(node);
          }
        });
    others.sort(null);
    return others;
  }

  @Override
  public List<NodeId> candidates() {
    var candidates = new ArrayList<NodeId>();
    members.forEach(
        (node, seen) -> {
          if (seen.reachable() && !isDraining(node)) {
            candidates.add(node);
          }
        });
    candidates.sort(
        Comparator.comparingInt(
                (NodeId node) -> {
                  PeerMessage.StoreSummary summary = summaries.get(node);
                  return summary == null ? 0 : summary.replicas();
                })
            .thenComparing(Comparator.naturalOrder()));
    return candidates;
  }

  @Override
  public boolean draining() {
    return draining;
  }
}
