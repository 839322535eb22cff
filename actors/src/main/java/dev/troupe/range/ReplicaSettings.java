package dev.troupe.range;

import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftConfig;
import java.time.Duration;

/**
 * Times and limits of range replicas; the same on all nodes.
 *
 * @param electionTimeout see {@link RaftConfig}
 * @param heartbeat see {@link RaftConfig}
 * @param quiesceAfter idle time after which a level range falls silent; zero for never
 * @param replicationFactor voters that a range should have when there are enough nodes
 * @param logRetainedBytes log kept for followers that are behind; what exceeds it is dropped once
 *     applied and flushed, and a follower further behind gets a snapshot
 * @param followLoadAfter a range is led where most of its requests have come from for so long; zero
 *     for wherever it happens to be
 * @param snapshotBytesPerSecond what a node sends of snapshots at most; zero for no limit
 */
public record ReplicaSettings(
    Duration electionTimeout,
    Duration heartbeat,
    Duration quiesceAfter,
    int replicationFactor,
    long logRetainedBytes,
    Duration followLoadAfter,
    long snapshotBytesPerSecond) {
  public static final ReplicaSettings DEFAULTS =
      new ReplicaSettings(
          Duration.ofMillis(500),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          3,
          64L << 20,
          Duration.ZERO,
          0);

  public ReplicaSettings withElectionTimeout(Duration timeout) {
    return new ReplicaSettings(
        timeout,
        heartbeat,
        quiesceAfter,
        replicationFactor,
        logRetainedBytes,
        followLoadAfter,
        snapshotBytesPerSecond);
  }

  public ReplicaSettings withQuiesceAfter(Duration after) {
    return new ReplicaSettings(
        electionTimeout,
        heartbeat,
        after,
        replicationFactor,
        logRetainedBytes,
        followLoadAfter,
        snapshotBytesPerSecond);
  }

  public ReplicaSettings withLogRetainedBytes(long bytes) {
    return new ReplicaSettings(
        electionTimeout,
        heartbeat,
        quiesceAfter,
        replicationFactor,
        bytes,
        followLoadAfter,
        snapshotBytesPerSecond);
  }

  public ReplicaSettings withFollowLoadAfter(Duration after) {
    return new ReplicaSettings(
        electionTimeout,
        heartbeat,
        quiesceAfter,
        replicationFactor,
        logRetainedBytes,
        after,
        snapshotBytesPerSecond);
  }

  RaftConfig raft(ReplicaId self) {
    RaftConfig defaults = RaftConfig.defaults(self);
    return new RaftConfig(
        self,
        electionTimeout.toNanos(),
        heartbeat.toNanos(),
        electionTimeout.toNanos() / 10,
        quiesceAfter.toNanos(),
        defaults.appendBytesMax(),
        defaults.inflightAppendsMax(),
        defaults.uncommittedBytesMax(),
        defaults.cacheBytesMax());
  }
}
