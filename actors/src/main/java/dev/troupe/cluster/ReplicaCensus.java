package dev.troupe.cluster;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.range.LocalReplica;
import java.util.Collection;
import java.util.Set;

/**
 * What the replicas of a node are doing at one moment.
 *
 * @param asleep replicas that need no heartbeats
 * @param underReplicated ranges led here with fewer voters on nodes that can be reached than they
 *     have, or should have on as many nodes as there are
 * @param unavailable ranges that nobody leads as far as their replica here knows, if this node is
 *     the first of those that could know; a range whose nodes are all gone is counted by nobody
 * @param followerLagNanos how long the worst follower of a range led here has been behind
 * @param logBytes of Raft logs that are kept
 */
public record ReplicaCensus(
    int replicas,
    int leaders,
    int asleep,
    int underReplicated,
    int unavailable,
    int locks,
    long followerLagNanos,
    long logBytes) {

  /**
   * Counts.
   *
   * @param reachable nodes that can be reached, this one included
   * @param replicationFactor voters that each range should have
   */
  static ReplicaCensus take(
      Collection<LocalReplica> replicas,
      NodeId self,
      Set<NodeId> reachable,
      int replicationFactor,
      long nowNanos) {
    int leaders = 0;
    int asleep = 0;
    int under = 0;
    int unavailable = 0;
    int locks = 0;
    long lag = 0;
    long logBytes = 0;
    int wanted = Math.min(replicationFactor, reachable.size());
    for (LocalReplica replica : replicas) {
      RangeDescriptor range = replica.view().descriptor();
      asleep += replica.asleep() ? 1 : 0;
      logBytes += replica.logBytes();
      if (replica.leads()) {
        leaders++;
        locks += replica.locks().size();
        lag = Math.max(lag, replica.followerLag(nowNanos));
        under += range != null && isUnder(range, reachable, wanted) ? 1 : 0;
      } else if (!replica.leaderKnown() && range != null) {
        unavailable += isFirst(range, self, reachable) ? 1 : 0;
      }
    }
    return new ReplicaCensus(
        replicas.size(), leaders, asleep, under, unavailable, locks, lag, logBytes);
  }

  private static boolean isUnder(RangeDescriptor range, Set<NodeId> reachable, int wanted) {
    var voters = range.members().voters();
    long alive = voters.stream().filter(voter -> reachable.contains(voter.node())).count();
    return alive < Math.max(wanted, voters.size());
  }

  /** One of the nodes that have the range speaks for it, so that it is counted once. */
  private static boolean isFirst(RangeDescriptor range, NodeId self, Set<NodeId> reachable) {
    return range.members().voters().stream()
        .map(Member::node)
        .filter(reachable::contains)
        .min(NodeId::compareTo)
        .filter(self::equals)
        .isPresent();
  }
}
