package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The running replicas of a node, at most one of a range. Any thread. */
public final class ReplicaDirectory {
  private final Map<RangeId, LocalReplica> replicas = new ConcurrentHashMap<>();
  private final SpanClaims claims = new SpanClaims();
  private final Set<ReplicaKey> heirs = ConcurrentHashMap.newKeySet();
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

  /** Who may put state into which span. */
  public SpanClaims claims() {
    return claims;
  }

  /** A replica that is about to start should lead, as the one did that it was split from. */
  void heir(ReplicaKey replica) {
    heirs.add(replica);
  }

  /** Whether a replica that starts is such an heir; once. */
  boolean takeHeir(ReplicaKey replica) {
    return heirs.remove(replica);
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
