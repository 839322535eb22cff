package dev.troupe.placement;

import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.RangeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What would become of the replicas of a node that is to be emptied. */
public final class Departure {
  /** A range that cannot leave the node as things are, and why. */
  public record Stuck(RangeId range, String why) {}

  private Departure() {}

  /** Ranges whose replica could not be made anew elsewhere, if the node were to be emptied now. */
  public static List<Stuck> stuck(PlacementView view, NodeId leaving) {
    var stuck = new ArrayList<Stuck>();
    for (PlacementRange range : view.ranges()) {
      if (!range.isOn(leaving)) {
        continue;
      }
      String why = why(view, range, leaving);
      if (!why.isEmpty()) {
        stuck.add(new Stuck(range.id(), why));
      }
    }
    return stuck;
  }

  private static String why(PlacementView view, PlacementRange range, NodeId leaving) {
    if (!view.hasQuorum(range)) {
      return "it has no majority: not heard of are " + silent(view, range);
    }
    if (range.leader() == null) {
      return "it has no leader at the moment";
    }
    boolean onlyOneLess = range.voters().size() > range.zone().replicas();
    boolean somewhere =
        view.nodes().values().stream()
            .anyMatch(node -> !node.id().equals(leaving) && Places.isAllowed(range, node));
    if (onlyOneLess || somewhere) {
      return "";
    }
    String rules =
        range.zone().constraints().stream()
            .map(PlaceRule::toString)
            .collect(Collectors.joining(","));
    return "it has to have "
        + range.zone().replicas()
        + " replicas"
        + (rules.isEmpty() ? "" : " in places that satisfy " + rules)
        + ", and besides "
        + nodes(range)
        + " there is no node that could take one: "
        + others(view, range);
  }

  private static String nodes(PlacementRange range) {
    return range.descriptor().members().members().stream()
        .map(member -> member.node().toString())
        .collect(Collectors.joining(", "));
  }

  private static String silent(PlacementView view, PlacementRange range) {
    return range.voters().stream()
        .map(Member::node)
        .filter(node -> !view.isLive(node))
        .map(NodeId::toString)
        .collect(Collectors.joining(", "));
  }

  private static String others(PlacementView view, PlacementRange range) {
    String others =
        view.nodes().values().stream()
            .filter(node -> !range.isOn(node.id()))
            .filter(node -> node.standing() != Standing.DECOMMISSIONED)
            .map(node -> node.id() + " " + reason(range, node))
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? "add a node first" : others;
  }

  private static String reason(PlacementRange range, PlacementNode node) {
    if (!node.isLive()) {
      return "is not heard of";
    }
    return switch (node.standing()) {
      case DRAINING -> "is draining";
      case DECOMMISSIONING, DECOMMISSIONED -> "is being decommissioned";
      case ACTIVE ->
          range.zone().allows(node.locality()) ? "has a full disk" : "is in the wrong place";
    };
  }
}
