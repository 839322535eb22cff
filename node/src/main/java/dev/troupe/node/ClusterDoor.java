package dev.troupe.node;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What other nodes and operators can ask of this node whether or not it has joined a cluster.
 * Stages fail with {@code TroupeException}. Any thread; never blocks.
 */
public interface ClusterDoor {
  /**
   * Forms a new cluster here. Fails with ALREADY_INITIALIZED when this node or one of its join
   * targets has one, with NOT_INITIALIZED when that cannot be told now.
   *
   * @param requireAll whether a join target that does not answer is a reason to refuse
   */
  CompletionStage<NodeIdentity> initialize(boolean requireAll);

  /** What this node is to a cluster; for others that are about to form one. */
  Standing standing();

  /**
   * The number of this node.
   *
   * @throws dev.troupe.protocol.error.TroupeException NOT_INITIALIZED when it has none yet
   */
  NodeId self();

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
   * What a node is to a cluster.
   *
   * @param clusterId empty when it has none
   * @param founding whether it was told to form one and is about to do so
   */
  record Standing(String clusterId, String storeId, boolean founding) {}

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
