package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A placement that knows what a test says. */
public final class FixedPlacement implements Placement {
  public final List<NodeId> candidates = new ArrayList<>();
  public final Set<NodeId> gone = new HashSet<>();
  public boolean draining;
  public long changes;

  @Override
  public List<NodeId> candidates() {
    return candidates;
  }

  @Override
  public boolean isUp(NodeId node) {
    return !gone.contains(node);
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public long changes() {
    return changes;
  }
}
