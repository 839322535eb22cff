package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/**
 * Keeps each shard on the node that owns the store of that number, and nowhere else: a replica
 * never moves away from its disk.
 *
 * <p>While the node is absent its shard is not allocated: the answer stays open, the asking region
 * repeats its question by itself and an open answer holds nothing. A failed answer would do the
 * same, but Pekko logs each with a stack trace. Called by the shard coordinator.
 */
public final class PinnedAllocation extends ShardCoordinator.AbstractShardAllocationStrategy {
  private static final Logger log = LoggerFactory.getLogger(PinnedAllocation.class);

  private final Cluster cluster;

  public PinnedAllocation(ActorSystem<?> system) {
    cluster = Cluster.get(system);
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> allocations) {
    Optional<ActorRef> region =
        owner(shardId)
            .flatMap(
                owner ->
                    allocations.keySet().stream()
                        .filter(candidate -> addressOf(candidate).equals(owner))
                        .findFirst());
    if (region.isEmpty()) {
      log.debug("The node of store {} is absent: its replicas wait", shardId);
    }
    return region.map(Future::successful).orElseGet(PinnedAllocation::open);
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> allocations, Set<String> inProgress) {
    return Future.successful(Set.of());
  }

  private Optional<Address> owner(String shardId) {
    CurrentClusterState state = cluster.state();
    for (Member member : state.getMembers()) {
      if (member.hasRole(MemberRoles.store(new NodeId(Integer.parseInt(shardId))))
          && isServing(member.status())
          && !state.getUnreachable().contains(member)) {
        return Optional.of(member.address());
      }
    }
    return Optional.empty();
  }

  private static boolean isServing(MemberStatus status) {
    return status == MemberStatus.up() || status == MemberStatus.weaklyUp();
  }

  private Address addressOf(ActorRef region) {
    Address address = region.path().address();
    return address.hasLocalScope() ? cluster.selfMember().address() : address;
  }

  private static Future<ActorRef> open() {
    return Promise.<ActorRef>apply().future();
  }
}
