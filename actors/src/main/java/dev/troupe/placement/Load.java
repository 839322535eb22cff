package dev.troupe.placement;

import dev.troupe.placement.Move.Reason;

/** What nodes should carry even parts of. */
enum Load {
  REPLICAS(Reason.REPLICA_COUNT, 0),
  BYTES(Reason.BYTES, 64L << 20),
  REQUESTS(Reason.REQUESTS, 100),
  LEADERS(Reason.LEADER_COUNT, 0),
  LEADER_REQUESTS(Reason.LEADER_REQUESTS, 100);

  private final Reason reason;
  private final double meanMin;

  Load(Reason reason, double meanMin) {
    this.reason = reason;
    this.meanMin = meanMin;
  }

  Reason reason() {
    return reason;
  }

  /** Nodes that carry less on average are not worth a move. */
  double meanMin() {
    return meanMin;
  }

  /** What a range brings a node that holds a replica, or leads it. */
  double of(PlacementRange range) {
    return switch (this) {
      case REPLICAS, LEADERS -> 1;
      case BYTES -> range.bytes();
      case REQUESTS, LEADER_REQUESTS -> range.requestsPerSecond();
    };
  }

  /** Whether it comes in whole pieces. */
  boolean isCount() {
    return this == REPLICAS || this == LEADERS;
  }
}
