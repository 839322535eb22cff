package dev.troupe.range;

/**
 * Decides whether waiting writes go into the log now, or wait for what is under way.
 *
 * <p>A round of replication costs each node some thread wake-ups, a sync and a network packet,
 * whether it carries one write or a hundred. While rounds are short, writes that come during two of
 * them share the next one: that costs them less than they gain by the CPU that is saved. While
 * rounds are long, because members are far away or slow, nobody waits for one to end.
 *
 * <p>Owned by the replica.
 */
final class ProposalPace {
  /** Entries of this leader on their way, at which further writes wait. */
  static final int IN_FLIGHT = 2;

  /** Rounds that usually take longer than this are not waited for. */
  static final long SHORT_NANOS = 10_000_000L;

  private static final int SMOOTHING = 8;

  private long usualNanos;

  /** Whether writes should wait while so many entries are on their way. */
  boolean holds(int inFlight) {
    return inFlight >= IN_FLIGHT && usualNanos <= SHORT_NANOS;
  }

  /** An entry was committed so long after it was proposed. */
  void committed(long nanos) {
    usualNanos += (nanos - usualNanos) / SMOOTHING;
  }
}
