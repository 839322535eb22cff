package dev.troupe.node.boot;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.Readiness;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lets the network doors open while the store behind them is still being opened. */
final class LateClusterDoor implements ClusterDoor {
  private static final String OPENING = "the node is opening its store";

  private volatile @Nullable Membership membership;

  void connect(Membership ready) {
    membership = ready;
  }

  Readiness readiness() {
    Membership present = membership;
    return present == null ? Readiness.notYet(OPENING) : present.readiness();
  }

  @Override
  public CompletionStage<NodeIdentity> initialize(boolean requireAll) {
    return present().initialize(requireAll);
  }

  @Override
  public Standing standing() {
    return present().standing();
  }

  @Override
  public NodeId self() {
    return present().self();
  }

  @Override
  public CompletionStage<Invitation> invite(
      String clusterAddress, String storeId, String clusterId, int nodeId) {
    return present().invite(clusterAddress, storeId, clusterId, nodeId);
  }

  @Override
  public ClusterAdmin admin() {
    return present().admin();
  }

  private Membership present() {
    Membership present = membership;
    if (present == null) {
      throw new TroupeException(ErrorCode.NOT_INITIALIZED, OPENING);
    }
    return present;
  }
}
