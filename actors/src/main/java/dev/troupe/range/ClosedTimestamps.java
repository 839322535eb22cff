package dev.troupe.range;

import dev.troupe.protocol.model.Timestamp;

/**
 * Up to which timestamp nothing can change any more at a replica: all versions and locks at or
 * below it that the range will ever have are visible here. It never falls, and is kept in memory
 * only. Written by the replica's actor, read by any thread.
 *
 * <p>A read at a timestamp is right when {@link #begin} grants it, the timestamp is not above
 * {@link #highest} as seen after that, the descriptor, the locks and the versions are then read in
 * this order, and afterwards {@link #holds} confirms that the state was not exchanged meanwhile,
 * and the descriptor is still the same.
 */
public final class ClosedTimestamps {
  /** Returned by {@link #begin} while there is no state that could be read. */
  public static final long REFUSED = -1;

  // Odd while the state is here to be read.
  private volatile long epoch;
  private volatile long highest;
  // The writer's own copy, so that nobody reads, adds and writes a volatile.
  private long ownEpoch;

  /** An epoch under which a read may start, or {@link #REFUSED}. */
  public long begin() {
    long current = epoch;
    return (current & 1) == 1 ? current : REFUSED;
  }

  /** Whether the state that a read began with was there until now. */
  public boolean holds(long begun) {
    return epoch == begun;
  }

  /** Reads at or below it will never have another answer. */
  public Timestamp highest() {
    return new Timestamp(highest);
  }

  /** True when that was news. */
  boolean raise(Timestamp to) {
    boolean higher = to.compareTo(highest()) > 0;
    if (higher) {
      highest = to.value();
    }
    return higher;
  }

  /** The state is about to be exchanged or removed. */
  void interrupt() {
    if ((ownEpoch & 1) == 1) {
      epoch = ++ownEpoch;
    }
  }

  void resume() {
    if ((ownEpoch & 1) == 0) {
      epoch = ++ownEpoch;
    }
  }
}
