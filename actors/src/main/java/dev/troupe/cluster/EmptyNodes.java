package dev.troupe.cluster;

import dev.troupe.placement.PlacementNode;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.placement.PlacementRange;
import dev.troupe.placement.PlacementView;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the decommissioning nodes that hold nothing any more. */
final class EmptyNodes {
  private EmptyNodes() {}

  /** Only what covers the whole key space tells that there is no range left on a node. */
  static List<NodeId> in(PlacementView view, PlacementSight.Told told) {
    List<NodeId> empty =
        view.nodes().values().stream()
            .filter(node -> node.standing() == Standing.DECOMMISSIONING)
            .map(PlacementNode::id)
            .filter(node -> view.replicas(node) == 0 && holdsNothing(told, node))
            .toList();
    return empty.isEmpty() || !isWhole(view) || !haveAllAnswered(view, told) ? List.of() : empty;
  }

  private static boolean haveAllAnswered(PlacementView view, PlacementSight.Told told) {
    return view.nodes().values().stream()
        .allMatch(node -> !node.isLive() || told.stores().containsKey(node.id()));
  }

  /** A replica that was removed may not know it yet: it is waited for while its node is up. */
  private static boolean holdsNothing(PlacementSight.Told told, NodeId node) {
    var store = told.stores().get(node);
    return store == null || store.replicas().isEmpty();
  }

  /** Leaders know the members of their ranges; all keys have to be theirs. */
  private static boolean isWhole(PlacementView view) {
    if (view.ranges().stream().anyMatch(range -> range.leader() == null)) {
      return false;
    }
    Key next = Key.MIN;
    for (RangeDescriptor range :
        view.ranges().stream()
            .map(PlacementRange::descriptor)
            .sorted(Comparator.comparing(range -> range.span().start()))
            .toList()) {
      if (!range.span().start().equals(next)) {
        return false;
      }
      next = range.span().end();
    }
    return next.equals(Key.MAX);
  }

  static @Nullable NodeId leader(PlacementView view, RangeId id) {
    for (PlacementRange range : view.ranges()) {
      if (range.id().equals(id)) {
        return range.leader();
      }
    }
    return null;
  }
}
