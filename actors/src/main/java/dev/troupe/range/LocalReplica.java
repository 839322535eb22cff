package dev.troupe.range;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.raft.Role;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A running replica as other parts of its node see it. Any thread. */
public final class LocalReplica {
  /**
   * Versions that may be removed.
   *
   * @param horizon nothing below it is read here any more
   * @param span keys that were the range's own when that horizon was its horizon
   */
  public record Collectable(Timestamp horizon, KeySpan span) {}

  private final ReplicaKey key;
  private final ActorRef<RangeReplica.Command> actor;
  private final LeaderView view = new LeaderView();
  private final ClosedTimestamps closed = new ClosedTimestamps();
  private final InFlightWrites inFlight = new InFlightWrites();
  private final LongAdder writes = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LoadOrigins origins = new LoadOrigins();
  private final KeySample sample = new KeySample();
  private volatile LockTable locks = new LockTable();
  private volatile @Nullable Collectable collectable;
  // The replica's own.
  private Role role = Role.FOLLOWER;
  private volatile MergeStep.@Nullable Shape frozen;
  private volatile boolean leads;
  private volatile boolean leaderKnown;
  private volatile long followersBehindSince = Long.MAX_VALUE;
  private volatile boolean asleep;
  private volatile boolean atRest;
  private volatile long logBytes;
  private volatile long appliedIndex;

  LocalReplica(ReplicaKey key, ActorRef<RangeReplica.Command> actor) {
    this.key = key;
    this.actor = actor;
  }

  public ReplicaKey key() {
    return key;
  }

  public ActorRef<RangeReplica.Command> actor() {
    return actor;
  }

  /** The replica's right to answer reads. */
  public LeaderView view() {
    return view;
  }

  /** Up to when nothing can change here any more. */
  public ClosedTimestamps closed() {
    return closed;
  }

  /** Which keys are about to be written here. */
  InFlightWrites inFlight() {
    return inFlight;
  }

  /** The locks of the range as far as they have been applied here. */
  public LockTable locks() {
    return locks;
  }

  void locks(LockTable table) {
    locks = table;
  }

  /**
   * What may be removed here; null before anything was applied. Never out of date in a harmful way:
   * a range that was split off has at least the horizon that its keys had before.
   */
  public @Nullable Collectable collectable() {
    return collectable;
  }

  /** Called by whoever applies the range's entries. */
  void visible(AppliedState applied, KeySpan span) {
    view.visible(applied);
    Collectable last = collectable;
    if (last == null || !last.horizon().equals(applied.horizon()) || !last.span().equals(span)) {
      collectable = new Collectable(applied.horizon(), span);
    }
  }

  /** Writes put into the log here. */
  public LongAdder writes() {
    return writes;
  }

  /** Reads answered here; in the system range timestamps drawn, too. */
  public LongAdder reads() {
    return reads;
  }

  /** Which other nodes have asked, reading or writing. */
  public LoadOrigins origins() {
    return origins;
  }

  /** Which keys are asked for here. */
  public KeySample sample() {
    return sample;
  }

  /** The range as it was frozen, once this replica serves nobody any more; null when it may. */
  MergeStep.@Nullable Shape frozen() {
    return frozen;
  }

  void frozen(MergeStep.@Nullable Shape now) {
    frozen = now;
  }

  /** Whether it leads its range as far as it knows; it may do so in its sleep, without a lease. */
  public boolean leads() {
    return leads;
  }

  void leads(boolean now) {
    if (leads != now) {
      leads = now;
    }
  }

  /** Whether anybody leads the range, as far as this replica knows. */
  public boolean leaderKnown() {
    return leaderKnown;
  }

  /** Owned by the replica: it has told of another role, term or leader. */
  void leadership(Role now, boolean known, RangeMetrics metrics) {
    leaderKnown = known;
    metrics.changed(role, now);
    role = now;
  }

  /**
   * How long the worst of a leader's followers has been behind, in nanoseconds; 0 when none is, or
   * this replica does not lead. As exact as the leader looks often, some half a second.
   */
  public long followerLag(long nowNanos) {
    long since = followersBehindSince;
    return leads && since != Long.MAX_VALUE ? Math.max(0, nowNanos - since) : 0;
  }

  void followersBehindSince(long nanos) {
    followersBehindSince = nanos;
  }

  /** Whether the replica needs no ticks until somebody speaks to it. */
  public boolean asleep() {
    return asleep;
  }

  /**
   * Whether ticks would change nothing, however late, while it sleeps and nodes stay as they are.
   */
  public boolean atRest() {
    return atRest;
  }

  void atRest(boolean now) {
    if (atRest != now) {
      atRest = now;
    }
  }

  /** Bytes of log that are kept. */
  public long logBytes() {
    return logBytes;
  }

  /** Last index whose effects are visible. */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** To be told to the directory, which has those that are awake. */
  void asleep(boolean now) {
    asleep = now;
  }

  void logBytes(long now) {
    logBytes = now;
  }

  void appliedIndex(long now) {
    appliedIndex = now;
  }
}
