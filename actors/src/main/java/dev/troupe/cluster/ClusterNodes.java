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

/**
 * Which nodes are believed to be up and what they say of themselves. Fed by cluster membership and
 * by the nodes' own summaries; a hint throughout. Any thread.
 */
final class ClusterNodes implements Placement {
  /** A member as seen from here. */
  record Seen(Address address, boolean reachable) {}

  private final NodeId self;
  private final Map<NodeId, Seen> members = new ConcurrentHashMap<>();
  private final Map<NodeId, PeerMessage.StoreSummary> summaries = new ConcurrentHashMap<>();
  private volatile boolean draining;

  ClusterNodes(NodeId self) {
    this.self = self;
  }

  void up(NodeId node, Address address) {
    members.put(node, new Seen(address, true));
  }

  void reachable(NodeId node, boolean now) {
    members.computeIfPresent(node, (id, seen) -> new Seen(seen.address(), now));
  }

  void gone(NodeId node, Address address) {
    members.computeIfPresent(node, (id, seen) -> seen.address().equals(address) ? null : seen);
    summaries.remove(node);
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
