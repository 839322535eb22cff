package dev.troupe.cluster;

import static dev.troupe.cluster.ClusterNode.awaitOneCluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.store.ReplicaStarter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.junit.jupiter.api.Test;

class PinnedAllocationTest {
  private static final EntityTypeKey<String> KEY = EntityTypeKey.create(String.class, "replica");

  /** An entity that got a message. The nodes of a test share the process, so this is seen. */
  private record Heard(String entityId, NodeId on, String message) {}

  private final Queue<Heard> heard = new ConcurrentLinkedQueue<>();

  private int questions;
  private final Map<ClusterNode, ActorRef<ShardingEnvelope<String>>> regions = new HashMap<>();

  @Test
  void shouldRunEntitiesOnTheirNodeAndNowhereElse() throws Exception {
    try (ClusterNode one = new ClusterNode(1, 0)) {
      one.join(one);
      host(one);
      ClusterNode two = new ClusterNode(2, 0);
      two.join(one);
      host(two);
      awaitOneCluster(one, two);

      for (int range = 1; range <= 5; range++) {
        assertThat(whereIs(one, range, 1)).isEqualTo(one.id);
        assertThat(whereIs(one, range, 2)).isEqualTo(two.id);
        assertThat(whereIs(two, range, 1)).isEqualTo(one.id);
      }

      two.close();
      awaitOneCluster(one);
      tell(one, 9, 2, "while absent");
      tell(one, 9, 3, "to a node that never was");
      assertThat(whereIs(one, 10, 1)).isEqualTo(one.id);
      assertThat(heard).noneMatch(each -> each.entityId().startsWith("9-"));

      try (ClusterNode again = new ClusterNode(2, 0)) {
        again.join(one);
        host(again);
        assertThat(whereIs(one, 11, 2)).isEqualTo(again.id);
        assertThat(heard).noneMatch(each -> each.entityId().endsWith("@3"));
        assertThat(heard)
            .allMatch(each -> ReplicaExtractor.parse(each.entityId()).node().equals(each.on()));
      }
    }
  }

  /** As peers cause it: they speak to replicas of a node that leaves until it is no member. */
  @Test
  void shouldLetNodesLeaveThatAreAskedForReplicasMeanwhile() throws Exception {
    // Longer than a test waits for the end of a node.
    Config patient =
        ConfigFactory.parseString(
            "pekko.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 120s");
    try (ClusterNode one = new ClusterNode(1, 0);
        ClusterNode two = new ClusterNode(2, 0, patient)) {
      one.join(one);
      host(one);
      two.join(one);
      host(two);
      awaitOneCluster(one, two);
      assertThat(whereIs(two, 1, 2)).isEqualTo(two.id);

      ReplicaStarter starter =
          new ShutdownAwareStarter(
              two.system,
              replica -> tell(two, (int) replica.range().value(), two.id.value(), "start"));
      var left = new AtomicBoolean();
      Thread peers =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!left.get()) {
                      starter.start(new ReplicaKey(new RangeId(1), new ReplicaId(1)));
                      LockSupport.parkNanos(100_000);
                    }
                  });
      try {
        two.leave();
      } finally {
        left.set(true);
        peers.join();
      }
      awaitOneCluster(one);
    }
  }

  private void host(ClusterNode node) {
    ActorRef<ShardingEnvelope<String>> region =
        ClusterSharding.get(node.system)
            .init(
                Entity.of(KEY, context -> entity(context.getEntityId(), node.id))
                    .withMessageExtractor(new ReplicaExtractor<>())
                    .withStopMessage("stop")
                    .withAllocationStrategy(new PinnedAllocation(node.system)));
    regions.put(node, region);
  }

  private Behavior<String> entity(String id, NodeId node) {
    return Behaviors.receiveMessage(
        message -> {
          if (message.equals("stop")) {
            return Behaviors.stopped();
          }
          heard.add(new Heard(id, node, message));
          return Behaviors.same();
        });
  }

  private void tell(ClusterNode from, int range, int node, String message) {
    ReplicaKey replica = new ReplicaKey(new RangeId(range), new ReplicaId(1));
    Objects.requireNonNull(regions.get(from))
        .tell(
            new ShardingEnvelope<>(ReplicaExtractor.entityId(replica, new NodeId(node)), message));
  }

  /** Asks until an answer comes: first messages may be lost while membership changes. */
  private NodeId whereIs(ClusterNode from, int range, int node) {
    String message = "from " + from.id + " number " + questions++;
    await()
        .atMost(ClusterNode.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              tell(from, range, node, message);
              return heard.stream().anyMatch(each -> each.message().equals(message));
            });
    return heard.stream()
        .filter(each -> each.message().equals(message))
        .map(Heard::on)
        .findFirst()
        .orElseThrow();
  }
}
