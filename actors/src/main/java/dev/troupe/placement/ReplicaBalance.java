package dev.troupe.placement;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evens out replicas, their bytes, and the requests to their ranges. */
final class ReplicaBalance {
  static final List<Load> LOADS = List.of(Load.REPLICAS, Load.BYTES, Load.REQUESTS);

  private final Evenness evenness = new Evenness(LOADS);

  /**
   * The move that helps most, or null when nothing is to be evened out, or cannot be.
   *
   * @param settled ranges with which nothing is wrong and that have not changed for a while
   */
  Move.@Nullable Replace next(
      PlacementView view, Tally tally, Places places, Set<RangeId> settled) {
    for (Load load : evenness.uneven(tally)) {
      for (NodeId giver : Evenness.givers(tally, load)) {
        List<NodeId> takers = Evenness.takers(tally, load, giver);
        Move.Replace move = best(view, tally, places, settled, load, giver, takers);
        if (move != null) {
          return move;
        }
      }
    }
    return null;
  }

  private Move.@Nullable Replace best(
      PlacementView view,
      Tally tally,
      Places places,
      Set<RangeId> settled,
      Load load,
      NodeId giver,
      List<NodeId> takers) {
    Move.Replace best = null;
    Evenness.Gain bestGain = null;
    boolean bestLeads = false;
    for (PlacementRange range : tally.on(giver)) {
      if (!settled.contains(range.id())) {
        continue;
      }
      boolean leads = giver.equals(range.leader());
      for (NodeId taker : takers) {
        Evenness.Gain gain = evenness.judge(tally, load, range, giver, taker);
        // A leader has to hand over first: others go before it when they help as much.
        boolean better =
            gain != null
                && (bestGain == null
                    || gain.compareTo(bestGain) < 0
                    || (gain.compareTo(bestGain) == 0 && bestLeads && !leads));
        if (better && fits(view, places, range, giver, taker)) {
          bestGain = gain;
          bestLeads = leads;
          best =
              new Move.Replace(
                  range.id(), range.descriptor().generation(), giver, taker, load.reason());
        }
      }
    }
    return best;
  }

  private static boolean fits(
      PlacementView view, Places places, PlacementRange range, NodeId giver, NodeId taker) {
    PlacementNode to = view.node(taker);
    return to != null && places.isFree(range, to) && places.keepsSpread(range, giver, to);
  }
}
