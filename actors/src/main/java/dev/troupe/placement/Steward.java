package dev.troupe.placement;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Has plans carried out: remembers which moves are under way, lets ranges rest after they have
 * changed, and comes back to those whose move failed, later each time. What it remembers is only
 * about pace: one that begins anew, or a second one, plans from what is there. Not thread-safe.
 */
public final class Steward {
  private static final long RETRY_MIN_NANOS = 5_000_000_000L;
  private static final long RETRY_MAX_NANOS = 300_000_000_000L;

  private record Known(long generation, @Nullable NodeId leader, long changedAt) {}

  private record Failure(int times, long until) {}

  private final Planner planner;
  private final long restNanos;
  private final Map<RangeId, Move> ongoing = new HashMap<>();
  private final Map<RangeId, Failure> failures = new HashMap<>();
  private Map<RangeId, Known> known = new HashMap<>();
  private boolean looked;

  public Steward(PlacementSettings settings) {
    planner = new Planner(settings);
    restNanos = settings.rest().toNanos();
  }

  /** The moves to begin now; {@link #ended} is to be called for each of them. */
  public List<Move> look(PlacementView view, long now) {
    var restless = new HashSet<RangeId>();
    var next = new HashMap<RangeId, Known>();
    for (PlacementRange range : view.ranges()) {
      Known seen = see(range, now);
      next.put(range.id(), seen);
      if (now - seen.changedAt() < restNanos) {
        restless.add(range.id());
      }
    }
    known = next;
    looked = true;
    failures.keySet().retainAll(next.keySet());
    var unready = new HashSet<RangeId>();
    failures.forEach(
        (range, failure) -> {
          if (now - failure.until() < 0) {
            unready.add(range);
          }
        });
    List<Move> moves = planner.plan(view, ongoing.values(), unready, restless);
    moves.forEach(move -> ongoing.put(move.range(), move));
    return moves;
  }

  private Known see(PlacementRange range, long now) {
    Known before = known.get(range.id());
    long generation = range.descriptor().generation();
    NodeId leader = range.leader();
    if (before != null
        && before.generation() == generation
        && Objects.equals(before.leader(), leader)) {
      return before;
    }
    // At the first look nothing is known to have changed.
    return new Known(generation, leader, looked ? now : now - restNanos);
  }

  /** A move has ended. */
  public void ended(Move move, boolean reached, long now) {
    if (!ongoing.remove(move.range(), move)) {
      return;
    }
    if (reached) {
      failures.remove(move.range());
    } else {
      Failure before = failures.get(move.range());
      int times = before == null ? 1 : before.times() + 1;
      long pause = Math.min(RETRY_MAX_NANOS, RETRY_MIN_NANOS << Math.min(times - 1, 10));
      failures.put(move.range(), new Failure(times, now + pause));
    }
  }

  /** Moves under way. */
  public Collection<Move> ongoing() {
    return List.copyOf(ongoing.values());
  }
}
