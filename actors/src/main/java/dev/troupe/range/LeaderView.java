package dev.troupe.range;

import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What other threads may know of a replica's right to answer reads, so that a read need not pass
 * through the replica's mailbox. Written by the replica's actor, clock and descriptor by its apply
 * thread, once running; read by any thread.
 *
 * <p>A read is linearizable when {@link #begin} grants it, the state is then read, and {@link
 * #holds} confirms afterwards: at the moment of the check no other leader could exist, and whatever
 * was acknowledged before the read began had been applied here (entries of earlier terms, because
 * serving begins after the leader's own first entry is applied; those of this term, because they
 * are acknowledged after this replica applied them).
 */
public final class LeaderView {
  /** Returned by {@link #begin} when the replica may not answer by itself. */
  public static final long REFUSED = -1;

  // Odd while this replica may serve under a lease.
  private volatile long epoch;
  private volatile long leaseUntil = Long.MIN_VALUE;
  private volatile @Nullable RangeDescriptor descriptor;
  private volatile long clock;
  private volatile long horizon;
  // The writer's own copy, so that nobody reads, adds and writes a volatile.
  private long ownEpoch;

  /** An epoch under which a read may start, or {@link #REFUSED}. */
  public long begin(long nowNanos) {
    long current = epoch;
    return (current & 1) == 1 && nowNanos - leaseUntil < 0 ? current : REFUSED;
  }

  /** Whether the right under which a read started was never interrupted until now. */
  public boolean holds(long begun, long nowNanos) {
    return epoch == begun && nowNanos - leaseUntil < 0;
  }

  /** Keys and members as of the last applied change; null before the first snapshot. */
  public @Nullable RangeDescriptor descriptor() {
    return descriptor;
  }

  /** Highest version that is visible. */
  public Timestamp clock() {
    return new Timestamp(clock);
  }

  /** Reads below it may miss versions that were collected. */
  public Timestamp horizon() {
    return new Timestamp(horizon);
  }

  void serve(long until) {
    leaseUntil = until;
    if ((ownEpoch & 1) == 0) {
      epoch = ++ownEpoch;
    }
  }

  void stopServing() {
    if ((ownEpoch & 1) == 1) {
      epoch = ++ownEpoch;
    }
  }

  void describe(RangeDescriptor current) {
    descriptor = current;
  }

  void visible(AppliedState upTo) {
    horizon = upTo.horizon().value();
    clock = upTo.clock().value();
  }
}
