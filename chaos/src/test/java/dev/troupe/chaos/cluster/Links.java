package dev.troupe.chaos.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LinkFilter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cuts nodes of a {@link LocalCluster} off from each other, below Raft and above Artery. */
final class Links implements LinkFilter {
  private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();
  private volatile Set<NodeId> slowBetween = Set.of();
  private volatile Duration delay = Duration.ZERO;

  void isolate(int node) {
    isolated.add(new NodeId(node));
  }

  /** Delays what two nodes say to each other, but not what others say. */
  void slow(int one, int other, Duration by) {
    slowBetween = Set.of(new NodeId(one), new NodeId(other));
    delay = by;
  }

  void heal() {
    isolated.clear();
    slowBetween = Set.of();
  }

  @Override
  public Verdict judge(Side side, NodeId from, NodeId to) {
    if (isolated.contains(from) != isolated.contains(to)) {
      return Verdict.DROP;
    }
    Set<NodeId> slow = slowBetween;
    boolean late = side == Side.SEND && slow.contains(from) && slow.contains(to);
    return late ? new Verdict.Delay(delay) : Verdict.PASS;
  }
}
