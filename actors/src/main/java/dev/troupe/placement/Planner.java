package dev.troupe.placement;

import dev.troupe.placement.Move.Reason;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Thinks out the next few moves: first what is wrong, by urgency, then what could be better. Asked
 * again with what has become of it, it comes to an end, wherever it began. It remembers only which
 * loads it is evening out. Not thread-safe.
 */
public final class Planner {
  private record Trouble(PlacementRange range, Reason reason, int liveVoters) {}

  private final PlacementSettings settings;
  private final ReplicaBalance replicas = new ReplicaBalance();
  private final LeaderBalance leaders = new LeaderBalance();

  public Planner(PlacementSettings settings) {
    this.settings = settings;
  }

  /**
   * The moves to begin now.
   *
   * @param ongoing those that were begun and have not ended
   * @param unready ranges that must not be touched for a while, for instance after a failure
   * @param restless ranges that are to be left alone unless something is wrong with them
   */
  public List<Move> plan(
      PlacementView view, Collection<Move> ongoing, Set<RangeId> unready, Set<RangeId> restless) {
    var tally = new Tally(view, ongoing);
    var places = new Places(view, tally, settings.movesPerNodeMax());
    var repair = new Repair(view, tally, places);
    var plan = new Plan(tally, ongoing);
    var busy = new HashSet<RangeId>(unready);
    ongoing.forEach(move -> busy.add(move.range()));
    Set<RangeId> settled = mend(view, repair, places, plan, busy, restless);
    settled.removeAll(restless);
    while (plan.mayMoveReplica()) {
      Move.Replace move = replicas.next(view, tally, places, settled);
      if (move == null) {
        break;
      }
      plan.begin(move);
      settled.remove(move.range());
    }
    while (plan.mayMoveLeader()) {
      Move.Lead move = leaders.next(tally, repair, settled);
      if (move == null) {
        break;
      }
      plan.begin(move);
      settled.remove(move.range());
    }
    return plan.moves;
  }

  /** Plans repairs; gives back the ranges with which all is well. */
  private Set<RangeId> mend(
      PlacementView view,
      Repair repair,
      Places places,
      Plan plan,
      Set<RangeId> busy,
      Set<RangeId> restless) {
    var troubles = new ArrayList<Trouble>();
    var well = new HashSet<RangeId>();
    for (PlacementRange range : view.ranges()) {
      if (busy.contains(range.id())) {
        continue;
      }
      Reason wrong = repair.wrong(range);
      if (wrong != null && wrong.mayBeWanted() && restless.contains(range.id())) {
        continue;
      }
      if (wrong != null) {
        troubles.add(new Trouble(range, wrong, view.liveVoters(range)));
      } else if (range.leader() != null && view.liveVoters(range) == range.voters().size()) {
        well.add(range.id());
      }
    }
    troubles.sort(
        Comparator.comparing(Trouble::reason)
            .thenComparingInt(Trouble::liveVoters)
            .thenComparing(trouble -> trouble.range().id()));
    for (Trouble trouble : troubles) {
      if (!plan.mayMoveReplica()) {
        break;
      }
      plan.begin(repair.mend(trouble.range(), trouble.reason()));
    }
    for (PlacementRange range : view.ranges()) {
      if (well.contains(range.id())) {
        Move move = improve(range, repair, places, plan);
        if (move != null) {
          plan.begin(move);
          well.remove(range.id());
        }
      }
    }
    return well;
  }

  private static @Nullable Move improve(
      PlacementRange range, Repair repair, Places places, Plan plan) {
    if (plan.mayMoveReplica()) {
      Move further = places.further(range);
      if (further != null) {
        return further;
      }
    }
    NodeId leader = range.leader();
    if (leader == null || !plan.mayMoveLeader() || range.zone().leaderPreferences().isEmpty()) {
      return null;
    }
    List<NodeId> preferred = repair.preferredLeaders(range, leader);
    return preferred.isEmpty()
        ? null
        : new Move.Lead(
            range.id(),
            range.descriptor().generation(),
            leader,
            preferred.getFirst(),
            Reason.LEADER_PREFERENCE);
  }

  /** The moves of one call, within the limits. */
  private final class Plan {
    private final Tally tally;
    private final List<Move> moves = new ArrayList<>();
    private int replicaMoves;
    private int leaderMoves;

    Plan(Tally tally, Collection<Move> ongoing) {
      this.tally = tally;
      ongoing.forEach(this::count);
    }

    private void count(Move move) {
      if (move instanceof Move.Lead) {
        leaderMoves++;
      } else {
        replicaMoves++;
      }
    }

    boolean mayMoveReplica() {
      return replicaMoves < settings.movesMax();
    }

    boolean mayMoveLeader() {
      return leaderMoves < settings.leaderMovesMax();
    }

    void begin(@Nullable Move move) {
      if (move != null) {
        moves.add(move);
        tally.begin(move);
        count(move);
      }
    }
  }
}
