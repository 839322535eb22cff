package dev.troupe.store;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Replicas that are on a node's disk and are still to be started: some at a time, because Cluster
 * Sharding keeps so many messages until it knows where they go, and drops the others. The oldest
 * ranges come first: no node is ready that does not reach the system range. Owned by the store.
 *
 * <p>It is always told which replicas are settled: they run already, or must never run again.
 */
final class StartQueue {
  /** Begun and not settled, at most. Below what sharding keeps. */
  static final int AT_ONCE_MAX = 256;

  private final TreeSet<ReplicaKey> waiting = new TreeSet<>();
  private final TreeSet<ReplicaKey> begun = new TreeSet<>();

  void add(ReplicaKey replica) {
    if (!begun.contains(replica)) {
      waiting.add(replica);
    }
  }

  /** Adds one that has been begun by somebody else. */
  void addBegun(ReplicaKey replica) {
    waiting.remove(replica);
    begun.add(replica);
  }

  void removeAll(Collection<ReplicaKey> replicas) {
    waiting.removeAll(replicas);
    begun.removeAll(replicas);
  }

  boolean isEmpty() {
    return waiting.isEmpty() && begun.isEmpty();
  }

  /** Whether a replica of a range is to be started that is not settled. */
  boolean hasRange(RangeId range, Predicate<ReplicaKey> settled) {
    return Stream.concat(waiting.stream(), begun.stream())
        .anyMatch(replica -> replica.range().equals(range) && !settled.test(replica));
  }

  /** What is to be begun now: nothing before half of what was begun last is settled. */
  List<ReplicaKey> next(Predicate<ReplicaKey> settled) {
    begun.removeIf(settled);
    List<ReplicaKey> more = new ArrayList<>();
    if (begun.size() <= AT_ONCE_MAX / 2) {
      while (begun.size() < AT_ONCE_MAX && !waiting.isEmpty()) {
        ReplicaKey oldest = waiting.removeFirst();
        if (!settled.test(oldest)) {
          begun.add(oldest);
          more.add(oldest);
        }
      }
    }
    return more;
  }

  /** What is to be begun now, or once more. */
  List<ReplicaKey> again(Predicate<ReplicaKey> settled) {
    next(settled);
    return List.copyOf(begun);
  }
}
