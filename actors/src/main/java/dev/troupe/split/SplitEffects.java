package dev.troupe.split;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what became of the load of ranges that were split for it, once it has settled. Lost with
 * the coordinator. Owned by it.
 */
final class SplitEffects {
  /** So many are waited for; splits beyond that are not told of. */
  private static final int AWAITED_MAX = 100;

  private record Awaited(RangeId left, RangeId right, double before, long due) {}

  private final ClusterEvents events;
  private final Duration after;
  private final List<Awaited> awaited = new ArrayList<>();

  SplitEffects(ClusterEvents events, Duration after) {
    this.events = events;
    this.after = after;
  }

  void await(Decision.Split order, SplitResult result, long now) {
    if (order.strategy() != Decision.Strategy.SIZE && awaited.size() < AWAITED_MAX) {
      awaited.add(
          new Awaited(
              result.left().id(),
              result.right().id(),
              order.inputs().requestsPerSecond(),
              now + after.toNanos()));
    }
  }

  void look(SplitPlanner planner, long now) {
    awaited.removeIf(
        split -> {
          if (now - split.due() < 0) {
            return false;
          }
          Double left = planner.requestsPerSecond(split.left());
          Double right = planner.requestsPerSecond(split.right());
          if (left != null && right != null) {
            SplitWords.effect(events, split.left(), split.right(), split.before(), left, right);
          }
          return true;
        });
  }
}
