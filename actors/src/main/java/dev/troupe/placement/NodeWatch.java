package dev.troupe.placement;

import dev.troupe.placement.PlacementNode.Liveness;
import dev.troupe.protocol.model.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when nodes are silent. Who begins to watch has heard nobody yet, and gives everybody the
 * full time. Not thread-safe.
 */
public final class NodeWatch {
  private final long untilDeadNanos;
  private final Map<NodeId, Long> silentSince = new HashMap<>();

  public NodeWatch(long untilDeadNanos) {
    this.untilDeadNanos = untilDeadNanos;
  }

  /** Takes note of whether a node is heard of now. */
  public Liveness look(NodeId node, boolean heard, long now) {
    if (heard) {
      silentSince.remove(node);
      return Liveness.LIVE;
    }
    long since = silentSince.computeIfAbsent(node, unknown -> now);
    return now - since >= untilDeadNanos ? Liveness.DEAD : Liveness.SILENT;
  }
}
