package dev.troupe.raft;

/**
 * The time for which no other leader can have been elected.
 *
 * <p>A voter that hears a leader refuses votes for one election timeout. So when a quorum is known
 * to have heard this leader after moment {@code t} of this leader's clock, no other can win before
 * {@code t} plus the election timeout; the margin allows for clocks that run at different rates.
 * (Gray and Cheriton's leases; Ongaro, dissertation, section 6.4.1.)
 *
 * <p>A transferred leadership skips the voters' waiting: from the moment it may have begun there is
 * no lease for the rest of the term.
 */
final class LeaderLease {
  static final long NONE = Long.MIN_VALUE;

  private final long durationNanos;
  private long heardSince = NONE;
  private boolean revoked;

  LeaderLease(RaftConfig config) {
    durationNanos = config.electionTimeoutNanos() - config.leaseMarginNanos();
  }

  /** A quorum is known to have heard this leader after a moment. */
  void extend(long heardByQuorumSince) {
    heardSince = Math.max(heardSince, heardByQuorumSince);
  }

  /** The quorum is another one now: only what it has heard counts. */
  void restart(long heardByQuorumSince) {
    heardSince = heardByQuorumSince;
  }

  void revoke() {
    revoked = true;
  }

  boolean revoked() {
    return revoked;
  }

  long until() {
    return revoked || heardSince == NONE ? NONE : heardSince + durationNanos;
  }
}
