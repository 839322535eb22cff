package dev.troupe.follower;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long other nodes take to answer reads, as measured by reads: a moving average. Whoever was
 * never asked is believed near, so that everybody is tried. Any thread.
 */
final class Nearness {
  /** What a node that did not answer is believed to take, so that others are asked for a while. */
  private static final long LOST_NANOS = 10_000_000_000L;

  private final NodeId self;
  private final Map<NodeId, Long> nanos = new ConcurrentHashMap<>();

  Nearness(NodeId self) {
    this.self = self;
  }

  void answered(NodeId node, long took) {
    nanos.merge(
        node, took, (before, now) -> before >= LOST_NANOS ? now : before + (now - before) / 8);
  }

  void lost(NodeId node) {
    nanos.put(node, LOST_NANOS);
  }

  /** The nodes with a replica of a range, this one first and the others by nearness. */
  List<NodeId> order(RangeDescriptor range) {
    var nodes = new ArrayList<NodeId>();
    for (Member member : range.members().members()) {
      nodes.add(member.node());
    }
    Map<NodeId, Long> now = Map.copyOf(nanos);
    nodes.sort(
        Comparator.comparingLong(
                (NodeId node) -> node.equals(self) ? -1 : now.getOrDefault(node, 0L))
            .thenComparing(Comparator.naturalOrder()));
    return nodes;
  }
}
