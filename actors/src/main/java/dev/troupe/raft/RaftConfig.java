package dev.troupe.raft;

/**
 * Limits and times of a Raft group; the same on all members.
 *
 * @param self this replica
 * @param electionTimeoutNanos shortest silence after which a follower may campaign, and for which a
 *     voter that heard a leader refuses votes; each wait is drawn from this to twice this
 * @param heartbeatNanos time between heartbeats of an idle leader
 * @param leaseMarginNanos by how much a lease is shorter than the election timeout, for clocks that
 *     run at different rates
 * @param quiesceAfterNanos idle time after which a level group falls silent; 0 for never
 * @param appendBytesMax entries in one append message, in bytes (at least one entry goes)
 * @param inflightAppendsMax appends sent to one follower and not yet answered
 * @param uncommittedBytesMax proposals not yet committed, beyond which new ones are refused
 * @param cacheBytesMax recent entries kept in memory for followers
 */
public record RaftConfig(
    dev.troupe.protocol.model.ReplicaId self,
    long electionTimeoutNanos,
    long heartbeatNanos,
    long leaseMarginNanos,
    long quiesceAfterNanos,
    int appendBytesMax,
    int inflightAppendsMax,
    long uncommittedBytesMax,
    long cacheBytesMax) {
  public RaftConfig {
    if (heartbeatNanos * 2 > electionTimeoutNanos) {
      throw new IllegalArgumentException(
          "election timeout must be at least two heartbeats, was "
              + electionTimeoutNanos
              + " ns against "
              + heartbeatNanos
              + " ns");
    }
    if (leaseMarginNanos <= 0 || leaseMarginNanos >= electionTimeoutNanos) {
      throw new IllegalArgumentException(
          "lease margin must lie between 0 and the election timeout, was " + leaseMarginNanos);
    }
  }

  /** Heartbeat 100 ms, election timeout 500 ms to 1 s, leases 50 ms shorter. */
  public static RaftConfig defaults(dev.troupe.protocol.model.ReplicaId self) {
    long ms = 1_000_000L;
    return new RaftConfig(
        self, 500 * ms, 100 * ms, 50 * ms, 10_000 * ms, 1 << 20, 64, 64L << 20, 8L << 20);
  }
}
