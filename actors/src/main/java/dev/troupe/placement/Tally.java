package dev.troupe.placement;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each node carries, as it will be when all moves that are under way have ended. Not
 * thread-safe.
 */
final class Tally {
  private final Map<NodeId, double[]> carried = new TreeMap<>();
  private final Map<NodeId, List<PlacementRange>> held = new HashMap<>();
  private final Map<NodeId, Integer> receiving = new HashMap<>();
  private final Map<RangeId, PlacementRange> ranges = new HashMap<>();
  private final Map<Load, Double> means = new EnumMap<>(Load.class);
  private final List<NodeId> even = new ArrayList<>();

  Tally(PlacementView view, Collection<Move> ongoing) {
    view.nodes()
        .values()
        .forEach(
            node -> {
              carried.put(node.id(), new double[Load.values().length]);
              if (node.mayLead()) {
                even.add(node.id());
              }
            });
    view.ranges().forEach(this::count);
    for (Load load : Load.values()) {
      double sum = 0;
      for (NodeId node : even) {
        sum += of(node, load);
      }
      means.put(load, even.isEmpty() ? 0 : sum / even.size());
    }
    ongoing.forEach(this::begin);
  }

  private void count(PlacementRange range) {
    ranges.put(range.id(), range);
    for (Member member : range.descriptor().members().members()) {
      held.computeIfAbsent(member.node(), node -> new ArrayList<>()).add(range);
      replica(member.node(), range, 1);
    }
    NodeId leader = range.leader();
    if (leader != null) {
      leader(leader, range, 1);
    }
  }

  /** Takes a move as done. */
  void begin(Move move) {
    PlacementRange range = ranges.get(move.range());
    if (range == null) {
      return;
    }
    switch (move) {
      case Move.Add add -> arrive(add.to(), range);
      case Move.Replace replace -> {
        arrive(replace.to(), range);
        leave(replace.from(), range);
      }
      case Move.Remove remove -> leave(remove.from(), range);
      case Move.Lead lead -> {
        leader(lead.from(), range, -1);
        leader(lead.to(), range, 1);
      }
    }
  }

  private void arrive(NodeId node, PlacementRange range) {
    receiving.merge(node, 1, Integer::sum);
    if (!range.isOn(node)) {
      replica(node, range, 1);
    }
  }

  private void leave(NodeId node, PlacementRange range) {
    if (range.isOn(node)) {
      replica(node, range, -1);
    }
  }

  private void replica(NodeId node, PlacementRange range, int times) {
    add(node, Load.REPLICAS, times);
    add(node, Load.BYTES, times * Load.BYTES.of(range));
    add(node, Load.REQUESTS, times * Load.REQUESTS.of(range));
  }

  private void leader(NodeId node, PlacementRange range, int times) {
    add(node, Load.LEADERS, times);
    add(node, Load.LEADER_REQUESTS, times * Load.LEADER_REQUESTS.of(range));
  }

  private void add(NodeId node, Load load, double amount) {
    double[] loads = carried.get(node);
    if (loads != null) {
      loads[load.ordinal()] += amount;
    }
  }

  double of(NodeId node, Load load) {
    double[] loads = carried.get(node);
    return loads == null ? 0 : loads[load.ordinal()];
  }

  /** What each of the nodes that may carry something carries on average. */
  double mean(Load load) {
    return means.getOrDefault(load, 0.0);
  }

  /** Nodes among which loads should be even. */
  List<NodeId> even() {
    return even;
  }

  /** Ranges with a replica on a node. */
  List<PlacementRange> on(NodeId node) {
    return held.getOrDefault(node, List.of());
  }

  @Nullable PlacementRange range(RangeId id) {
    return ranges.get(id);
  }

  /** Replicas on their way to a node. */
  int receiving(NodeId node) {
    return receiving.getOrDefault(node, 0);
  }
}
