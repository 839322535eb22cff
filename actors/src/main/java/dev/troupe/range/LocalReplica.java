package dev.troupe.range;

import dev.troupe.protocol.model.ReplicaKey;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;

/** A running replica as other parts of its node see it. Any thread. */
public final class LocalReplica {
  private final ReplicaKey key;
  private final ActorRef<RangeReplica.Command> actor;
  private final LeaderView view = new LeaderView();
  private final InFlightWrites inFlight = new InFlightWrites();
  private final LongAdder writes = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private volatile LockTable locks = new LockTable();
  private volatile boolean asleep;
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

  /** Writes put into the log here. */
  public LongAdder writes() {
    return writes;
  }

  /** Reads answered here. */
  public LongAdder reads() {
    return reads;
  }

  /** Whether the replica needs no ticks until somebody speaks to it. */
  public boolean asleep() {
    return asleep;
  }

  /** Bytes of log that are kept. */
  public long logBytes() {
    return logBytes;
  }

  /** Last index whose effects are visible. */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** Returns whether the replica has just woken up. */
  boolean asleep(boolean now) {
    boolean before = asleep;
    if (before != now) {
      asleep = now;
    }
    return before && !now;
  }

  void logBytes(long now) {
    logBytes = now;
  }

  void appliedIndex(long now) {
    appliedIndex = now;
  }
}
