package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.RangeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The running replicas of a node, at most one of a range. Any thread. */
public final class ReplicaDirectory {
  private final Map<RangeId, LocalReplica> replicas = new ConcurrentHashMap<>();
  private volatile Runnable awakened = () -> {};

  /** Sets who is told, shortly and on any thread, that some replica needs ticks again. */
  public void onAwakened(Runnable told) {
    awakened = told;
  }

  void awakened() {
    awakened.run();
  }

  public @Nullable LocalReplica find(RangeId range) {
    return replicas.get(range);
  }

  public Collection<LocalReplica> all() {
    return List.copyOf(replicas.values());
  }

  void register(LocalReplica replica) {
    LocalReplica other = replicas.putIfAbsent(replica.key().range(), replica);
    Invariant.check(
        other == null, "%s starts while %s runs", replica.key(), other == null ? "" : other.key());
    awakened();
  }

  void unregister(LocalReplica replica) {
    replicas.remove(replica.key().range(), replica);
  }
}
