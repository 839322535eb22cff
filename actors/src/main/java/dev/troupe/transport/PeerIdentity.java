package dev.troupe.transport;

import dev.troupe.protocol.model.NodeId;

/**
 * Who a node is to its peers.
 *
 * @param clusterHash 64 bits of the cluster's id; envelopes of other clusters are refused
 * @param incarnation of the store, raised each time the data directory is opened: a lower one than
 *     seen before means an old copy of the directory
 */
public record PeerIdentity(long clusterHash, NodeId node, long incarnation) {
  public PeerIdentity {
    if (incarnation < 0) {
      throw new IllegalArgumentException("incarnation must not be negative, was " + incarnation);
    }
  }
}
