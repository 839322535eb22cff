package dev.troupe.chaos.nodes;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.OutboundMessage;
import dev.troupe.transport.PeerNetwork;

/** The connections of one life of a node. */
final class SimulatedPeers implements PeerNetwork {
  private final NodeCluster cluster;
  private final SimulatedNode self;
  private final PeersSeen seen;

  SimulatedPeers(NodeCluster cluster, SimulatedNode self, PeersSeen seen) {
    this.cluster = cluster;
    this.self = self;
    this.seen = seen;
  }

  @Override
  public boolean send(NodeId to, OutboundMessage message) {
    if (!seen.isUp(to)) {
      return false;
    }
    SimulatedNode target = cluster.machine(to.value()).node();
    // Nobody is there, or a process that is new: that is not known yet.
    return target == null || !self.knows(target) || cluster.paths().send(self, target, message);
  }
}
