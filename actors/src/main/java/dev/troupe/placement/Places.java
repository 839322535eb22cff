package dev.troupe.placement;

import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which places a range's replicas may have, and which are good. */
final class Places {
  /** Spreads that differ by less are the same. */
  private static final double SAME = 1e-9;

  private final PlacementView view;
  private final Tally tally;
  private final int receivingMax;

  Places(PlacementView view, Tally tally, int receivingMax) {
    this.view = view;
    this.tally = tally;
    this.receivingMax = receivingMax;
  }

  /** Whether a range could have a replica there, now or later. */
  static boolean isAllowed(PlacementRange range, PlacementNode node) {
    return node.mayReceive() && !range.isOn(node.id()) && range.zone().allows(node.locality());
  }

  /** Whether a range may get a replica there now. */
  boolean isFree(PlacementRange range, PlacementNode node) {
    return isAllowed(range, node) && tally.receiving(node.id()) < receivingMax;
  }

  /**
   * The best place for another replica: far from the others, and on a node that carries little.
   *
   * @param instead of the one on this node
   */
  @Nullable PlacementNode best(PlacementRange range, @Nullable NodeId instead) {
    PlacementNode best = null;
    double bestSpread = 0;
    double bestLoad = 0;
    for (PlacementNode node : view.nodes().values()) {
      if (!isFree(range, node)) {
        continue;
      }
      double spread = spread(range, instead, node);
      double load = loadWith(range, node.id());
      boolean better =
          best == null
              || spread > bestSpread + SAME
              || (spread > bestSpread - SAME && load < bestLoad);
      if (better) {
        best = node;
        bestSpread = spread;
        bestLoad = load;
      }
    }
    return best;
  }

  /** What a node would carry with one range more, in parts of what nodes carry on average. */
  private double loadWith(PlacementRange range, NodeId node) {
    double sum = 0;
    for (Load load : ReplicaBalance.LOADS) {
      double mean = tally.mean(load);
      if (mean > load.meanMin()) {
        sum += (tally.of(node, load) + load.of(range)) / mean;
      }
    }
    return sum;
  }

  /** How far apart a range's voters are on average, 0 to 1, with one of them elsewhere. */
  double spread(PlacementRange range, @Nullable NodeId without, @Nullable PlacementNode with) {
    if (!view.isSpread()) {
      return 0;
    }
    var places = new ArrayList<Locality>();
    for (Member voter : range.voters()) {
      if (!voter.node().equals(without)) {
        PlacementNode node = view.node(voter.node());
        places.add(node == null ? Locality.NOWHERE : node.locality());
      }
    }
    if (with != null) {
      places.add(with.locality());
    }
    return spread(places);
  }

  private static double spread(List<Locality> places) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < places.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += places.get(i).distance(places.get(j));
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** Whether one place serves a range's spread at least as well as another. */
  boolean keepsSpread(PlacementRange range, NodeId from, PlacementNode to) {
    return spread(range, from, to) >= spread(range, null, null) - SAME;
  }

  /** A replacement that spreads a range further, or null. */
  Move.@Nullable Replace further(PlacementRange range) {
    double now = spread(range, null, null);
    Move.Replace best = null;
    for (Member voter : range.voters()) {
      PlacementNode to = view.isSpread() ? best(range, voter.node()) : null;
      double then = to == null ? now : spread(range, voter.node(), to);
      if (to != null && then > now + SAME) {
        now = then;
        long generation = range.descriptor().generation();
        best = new Move.Replace(range.id(), generation, voter.node(), to.id(), Move.Reason.SPREAD);
      }
    }
    return best;
  }
}
