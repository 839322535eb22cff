package dev.troupe.chaos.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LinkFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cuts nodes of a {@link LocalCluster} off from each other, below Raft and above Artery. */
final class Links implements LinkFilter {
  private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();

  void isolate(int node) {
    isolated.add(new NodeId(node));
  }

  void heal() {
    isolated.clear();
  }

  @Override
  public Verdict judge(Side side, NodeId from, NodeId to) {
    return isolated.contains(from) != isolated.contains(to) ? Verdict.DROP : Verdict.PASS;
  }
}
