package dev.troupe.chaos.nodes;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which nodes one life of a node believes to be up: what cluster membership would say. */
final class PeersSeen implements Placement {
  private final NodeId self;
  private final TreeSet<NodeId> up = new TreeSet<>();
  private boolean draining;
  private long changes;

  PeersSeen(NodeId self) {
    this.self = self;
    up.add(self);
  }

  void up(NodeId node) {
    changes += up.add(node) ? 1 : 0;
  }

  void gone(NodeId node) {
    changes += up.remove(node) ? 1 : 0;
  }

  @Override
  public boolean isUp(NodeId node) {
    return up.contains(node);
  }

  List<NodeId> others() {
    var others = new ArrayList<>(up);
    others.remove(self);
    return others;
  }

  void drain(boolean now) {
    changes += draining == now ? 0 : 1;
    draining = now;
  }

  @Override
  public List<NodeId> candidates() {
    var candidates = new ArrayList<>(up);
    if (draining) {
      candidates.remove(self);
    }
    return candidates;
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
