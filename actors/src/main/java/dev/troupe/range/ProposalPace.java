package dev.troupe.range;

/**
 * Decides whether waiting writes go into the log now, or wait for what is under way.
 *
 * <p>A round of replication costs each node some thread wake-ups, a sync and a network packet,
 * whether it carries one write or a hundred. While rounds are short, writes that come during two of
 * them share the next one: that costs them less than they gain by the CPU that is saved. Where
 * rounds take long, because members are far away, nobody waits for one to end: more of them may be
 * under way, but no more than one begun each few milliseconds. Rounds may as well be long because
 * the processors are busy, and to make as many of them then as there are writes would keep the
 * processors busy, long after what made them so.
 *
 * <p>Owned by the replica.
 */
final class ProposalPace {
  /** Entries of this leader on their way, at which further writes wait, while rounds are short. */
  static final int IN_FLIGHT = 2;

  /** Beyond that, one entry more for each time that a round usually takes so long. */
  static final long APART_NANOS = 5_000_000L;

  private static final int SMOOTHING = 8;

  private long usualNanos;

  /** Whether writes should wait while so many entries are on their way. */
  boolean holds(int inFlight) {
    return inFlight >= Math.max(IN_FLIGHT, usualNanos / APART_NANOS);
  }

  /** An entry was committed so long after it was proposed. */
  void committed(long nanos) {
    usualNanos += (nanos - usualNanos) / SMOOTHING;
  }
}
