package dev.troupe.placement;

import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;

/**
 * A node as placement sees it.
 *
 * @param standing what operators want of it
 * @param liveness what is heard of it
 * @param fullness used part of its disk, 0 to 1; 0 when it is not known
 */
public record PlacementNode(
    NodeId id, Locality locality, Standing standing, Liveness liveness, double fullness) {
  /** A disk that is fuller gets no more replicas. */
  static final double FULLNESS_MAX = 0.9;

  /** What operators want of a node. */
  public enum Standing {
    ACTIVE,
    /** Up for a while only: no new replicas, no leaders. */
    DRAINING,
    /** To be emptied for good. */
    DECOMMISSIONING,
    /** Empty for good. */
    DECOMMISSIONED
  }

  /** What is heard of a node. */
  public enum Liveness {
    LIVE,
    /** Not heard of for a moment. */
    SILENT,
    /** Not heard of for so long that its replicas are made anew elsewhere. */
    DEAD
  }

  public boolean isLive() {
    return liveness == Liveness.LIVE;
  }

  /** Whether it may get another replica. */
  public boolean mayReceive() {
    return isLive() && standing == Standing.ACTIVE && fullness < FULLNESS_MAX;
  }

  /** Whether it may become a leader. */
  boolean mayLead() {
    return isLive() && standing == Standing.ACTIVE;
  }

  /** Whether its replicas have to go elsewhere. */
  boolean mustLeave() {
    return liveness == Liveness.DEAD
        || standing == Standing.DECOMMISSIONING
        || standing == Standing.DECOMMISSIONED;
  }
}
