package dev.troupe.placement;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What there is, as far as whoever looks has been told. Late or wrong at times. Immutable. */
public final class PlacementView {
  private final Map<NodeId, PlacementNode> nodes = new TreeMap<>();
  private final List<PlacementRange> ranges;
  private final boolean spread;

  public PlacementView(List<PlacementNode> nodes, List<PlacementRange> ranges) {
    nodes.forEach(node -> this.nodes.put(node.id(), node));
    this.ranges = List.copyOf(ranges);
    spread = nodes.stream().map(PlacementNode::locality).distinct().count() > 1;
  }

  public Map<NodeId, PlacementNode> nodes() {
    return nodes;
  }

  public List<PlacementRange> ranges() {
    return ranges;
  }

  /** Ranges with a replica on a node. */
  public int replicas(NodeId node) {
    return (int) ranges.stream().filter(range -> range.isOn(node)).count();
  }

  /** Ranges led by a node. */
  public int leaders(NodeId node) {
    return (int) ranges.stream().filter(range -> node.equals(range.leader())).count();
  }

  /** Whether nodes stand in different places, so that it matters where replicas are. */
  boolean isSpread() {
    return spread;
  }

  @Nullable PlacementNode node(NodeId id) {
    return nodes.get(id);
  }

  /** A node of which there is no record counts as silent: it may be too young to have one. */
  boolean isLive(NodeId id) {
    PlacementNode node = nodes.get(id);
    return node != null && node.isLive();
  }

  int liveVoters(PlacementRange range) {
    int live = 0;
    for (Member voter : range.voters()) {
      if (isLive(voter.node())) {
        live++;
      }
    }
    return live;
  }

  /** Whether a range can still decide anything. */
  boolean hasQuorum(PlacementRange range) {
    return liveVoters(range) >= range.descriptor().members().quorum();
  }

  /** Whether a range still could decide something without one of its voters. */
  boolean hasQuorumWithout(PlacementRange range, NodeId node) {
    int voters = 0;
    int live = 0;
    for (Member voter : range.voters()) {
      if (!voter.node().equals(node)) {
        voters++;
        live += isLive(voter.node()) ? 1 : 0;
      }
    }
    return voters > 0 && live >= voters / 2 + 1;
  }
}
