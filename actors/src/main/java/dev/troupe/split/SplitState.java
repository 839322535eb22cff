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
 */
record SplitState(Map<RangeId, Remembered.Ordered> open, Set<SplitPlanner.Told> told, long splits) {
  static final SplitState EMPTY = new SplitState(Map.of(), Set.of(), 0);

  /** What was told first is told again when there is more than that. */
  static final int TOLD_MAX = 1_000;

  SplitState {
    open = Collections.unmodifiableMap(new LinkedHashMap<>(open));
    told = Collections.unmodifiableSet(new LinkedHashSet<>(told));
  }

  SplitState with(Remembered event) {
    return switch (event) {
      case Remembered.Ordered ordered -> {
        var more = new LinkedHashMap<>(open);
        more.put(ordered.range(), ordered);
        yield new SplitState(more, told, splits);
      }
      case Remembered.Ended ended -> {
        var less = new LinkedHashMap<>(open);
        less.remove(ended.range());
        yield new SplitState(less, told, splits + (ended.done() ? 1 : 0));
      }
      case Remembered.PeopleTold people -> {
        var more = new LinkedHashSet<>(told);
        more.add(people.told());
        if (more.size() > TOLD_MAX) {
          more.removeFirst();
        }
        yield new SplitState(open, more, splits);
      }
    };
  }
}
