package dev.troupe.split;

import dev.troupe.protocol.model.RangeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the coordinator knows besides what it can see: what it has ordered and not seen the end of,
 * and what it has told people. Immutable.
 *
 * @param open orders by range, oldest first
 * @param told oldest first, so many at most
 * @param splits how many ranges it has had split
 * @param merges how many it has had merged
 */
record SplitState(
    Map<RangeId, Remembered.Order> open, Set<SplitPlanner.Told> told, long splits, long merges) {
  static final SplitState EMPTY = new SplitState(Map.of(), Set.of(), 0, 0);

  /** What was told first is told again when there is more than that. */
  static final int TOLD_MAX = 1_000;

  SplitState {
    open = Collections.unmodifiableMap(new LinkedHashMap<>(open));
    told = Collections.unmodifiableSet(new LinkedHashSet<>(told));
  }

  SplitState with(Remembered event) {
    return switch (event) {
      case Remembered.Order order -> {
        var more = new LinkedHashMap<>(open);
        more.put(order.range(), order);
        yield new SplitState(more, told, splits, merges);
      }
      case Remembered.Ended ended -> {
        var less = new LinkedHashMap<>(open);
        Remembered.Order order = less.remove(ended.range());
        boolean split = ended.done() && order instanceof Remembered.Ordered;
        boolean merged = ended.done() && order instanceof Remembered.MergeOrdered;
        yield new SplitState(less, told, splits + (split ? 1 : 0), merges + (merged ? 1 : 0));
      }
      case Remembered.PeopleTold people -> {
        var more = new LinkedHashSet<>(told);
        more.add(people.told());
        if (more.size() > TOLD_MAX) {
          more.removeFirst();
        }
        yield new SplitState(open, more, splits, merges);
      }
    };
  }
}
