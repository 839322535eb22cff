package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.trace.Tracer;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The running replicas of a node, at most one of a range. Any thread. */
public final class ReplicaDirectory {
  private final Map<RangeId, LocalReplica> replicas = new ConcurrentHashMap<>();

  /** Few of thousands; each is put here and taken out by its own actor. */
  private final Map<RangeId, LocalReplica> awake = new ConcurrentHashMap<>();

  private final Set<RangeId> forgetting = ConcurrentHashMap.newKeySet();
  private final Set<RangeId> subsumed = ConcurrentHashMap.newKeySet();
  private final Map<RangeId, Long> destroyedBelow = new ConcurrentHashMap<>();
  private final RangeMetrics metrics = new RangeMetrics();
  private final SpanClaims claims = new SpanClaims();
  private final Set<ReplicaKey> heirs = ConcurrentHashMap.newKeySet();
  private final @Nullable Tracer tracer;
  private volatile Runnable awakened = () -> {};

  /** Of a node that records no traces. */
  public ReplicaDirectory() {
    this(null);
  }

  /**
   * @param tracer begins the spans of the replicas here; null: they record nothing
   */
  public ReplicaDirectory(@Nullable Tracer tracer) {
    this.tracer = tracer;
  }

  /** What records traces here; null when nothing does. */
  public @Nullable Tracer tracer() {
    return tracer;
  }

  /** Sets who is told, shortly and on any thread, that some replica needs ticks again. */
  public void onAwakened(Runnable told) {
    awakened = told;
  }

  /**
   * Whether a replica needs no ticks until somebody speaks to it; who has just woken up is told of.
   * The replica's own actor.
   */
  void asleep(LocalReplica replica, boolean now) {
    if (replica.asleep() == now) {
      return;
    }
    replica.asleep(now);
    if (now) {
      awake.remove(replica.key().range(), replica);
    } else if (replicas.get(replica.key().range()) == replica) {
      awake.put(replica.key().range(), replica);
      awakened.run();
    }
  }

  public @Nullable LocalReplica find(RangeId range) {
    return replicas.get(range);
  }

  /**
   * Whether a removed replica's state is still to be cleared: a new replica of the range has to
   * wait, or it would find that state, or lose its own with it.
   */
  public boolean isForgetting(RangeId range) {
    return forgetting.contains(range) || subsumed.contains(range);
  }

  /** Whether a removed replica's keys are being cleared: nobody may put others there. */
  boolean isClearing(RangeId range) {
    return forgetting.contains(range);
  }

  /** Whether a replica has been destroyed here since the node started: it must not start again. */
  public boolean isDestroyed(ReplicaKey replica) {
    return replica.replica().value() < destroyedBelow.getOrDefault(replica.range(), 0L);
  }

  void forgetting(RangeId range, long nextReplicaId) {
    destroyedBelow.merge(range, nextReplicaId, Math::max);
    forgetting.add(range);
  }

  void forgotten(RangeId range) {
    forgetting.remove(range);
    subsumed.remove(range);
  }

  /** The range is part of another one that has its keys here: no replica of it may run again. */
  void subsumed(RangeId range) {
    destroyedBelow.put(range, Long.MAX_VALUE);
    subsumed.add(range);
  }

  /** The range here that has a key, of several the newest; null when there is none. */
  public @Nullable RangeDescriptor holding(Key key) {
    RangeDescriptor newest = null;
    for (LocalReplica replica : replicas.values()) {
      RangeDescriptor range = replica.view().descriptor();
      if (range != null
          && range.span().contains(key)
          && (newest == null || newest.generation() < range.generation())) {
        newest = range;
      }
    }
    return newest;
  }

  /** Those that need ticks now: a live view. Costs nothing for those that sleep. */
  public Collection<LocalReplica> awake() {
    return Collections.unmodifiableCollection(awake.values());
  }

  /** A copy: costs as much as there are replicas. */
  public Collection<LocalReplica> all() {
    return List.copyOf(replicas.values());
  }

  /** What the replicas have done. */
  public RangeMetrics metrics() {
    return metrics;
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
    if (!replica.asleep()) {
      awake.put(replica.key().range(), replica);
      awakened.run();
    }
  }

  void unregister(LocalReplica replica) {
    replicas.remove(replica.key().range(), replica);
    awake.remove(replica.key().range(), replica);
  }
}
