package dev.troupe.node;

import dev.troupe.protocol.spi.ClusterAdmin;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What other nodes and operators can ask of this node whether or not it has joined a cluster.
 * Stages fail with {@code TroupeException}. Any thread; never blocks.
 */
public interface ClusterDoor {
  /** Forms a new cluster here; fails with ALREADY_INITIALIZED when this node has an identity. */
  CompletionStage<NodeIdentity> initialize();

  /**
   * Gives an identity to a new node, or peers to one that has an identity.
   *
   * @param clusterAddress {@code host:port} of the asking node's cluster port
   * @param clusterId empty for a new node
   */
  CompletionStage<Invitation> invite(
      String clusterAddress, String storeId, String clusterId, int nodeId);

  /**
   * The cluster's administration.
   *
   * @throws dev.troupe.protocol.error.TroupeException NOT_INITIALIZED when there is no cluster yet
   */
  ClusterAdmin admin();

  /**
   * The answer to a node that wants to join.
   *
   * @param seeds {@code host:port} of cluster ports of nodes that are up
   */
  record Invitation(String clusterId, int nodeId, List<String> seeds) {
    public Invitation {
      seeds = List.copyOf(seeds);
    }
  }
}
