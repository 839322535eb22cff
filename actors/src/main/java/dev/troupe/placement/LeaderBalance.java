package dev.troupe.placement;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evens out leaders and what they answer. A range whose clients sit where it is led stays there:
 * leaders go where their requests come from, and would only come back.
 */
final class LeaderBalance {
  static final List<Load> LOADS = List.of(Load.LEADERS, Load.LEADER_REQUESTS);

  /** From so many requests per second on leaders follow their clients, with some distance. */
  static final double FOLLOWING_FROM = 50;

  /** So large a part of all requests, and the range is where its clients are. */
  static final double OWN_SHARE_MIN = 0.5;

  private final Evenness evenness = new Evenness(LOADS);

  Move.@Nullable Lead next(Tally tally, Repair repair, Set<RangeId> settled) {
    for (Load load : evenness.uneven(tally)) {
      for (NodeId giver : Evenness.givers(tally, load)) {
        List<NodeId> takers = Evenness.takers(tally, load, giver);
        Move.Lead move = best(tally, repair, settled, load, giver, takers);
        if (move != null) {
          return move;
        }
      }
    }
    return null;
  }

  private Move.@Nullable Lead best(
      Tally tally,
      Repair repair,
      Set<RangeId> settled,
      Load load,
      NodeId giver,
      List<NodeId> takers) {
    Move.Lead best = null;
    Evenness.Gain bestGain = null;
    for (PlacementRange range : tally.on(giver)) {
      if (!giver.equals(range.leader())
          || !settled.contains(range.id())
          || isWhereItsClientsAre(range)) {
        continue;
      }
      for (Member voter : range.voters()) {
        NodeId taker = voter.node();
        if (!takers.contains(taker)
            || repair.leaderRank(range, taker) > repair.leaderRank(range, giver)) {
          continue;
        }
        Evenness.Gain gain = evenness.judge(tally, load, range, giver, taker);
        if (gain != null && (bestGain == null || gain.compareTo(bestGain) < 0)) {
          bestGain = gain;
          best =
              new Move.Lead(
                  range.id(), range.descriptor().generation(), giver, taker, load.reason());
        }
      }
    }
    return best;
  }

  static boolean isWhereItsClientsAre(PlacementRange range) {
    return range.requestsPerSecond() >= FOLLOWING_FROM && range.ownShare() >= OWN_SHARE_MIN;
  }
}
