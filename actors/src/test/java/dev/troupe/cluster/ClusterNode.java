package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * The actor system of a node with the settings of a node, on loopback. Closing it is a crash: it
 * says good-bye to nobody, and its port refuses connections.
 */
final class ClusterNode implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final long CLUSTER = 77;

  /** Members gossip and listen to each other more often than a cluster that lives for long must. */
  private static final Config TEST_SETTINGS =
      ConfigFactory.parseString(
          """
          pekko.loglevel = WARNING
          pekko.coordinated-shutdown.run-by-actor-system-terminate = off
          pekko.cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            retry-unsuccessful-join-after = 300ms
            failure-detector.heartbeat-interval = 500ms
            failure-detector.acceptable-heartbeat-pause = 2500ms
          }
          """);

  final NodeId id;
  final ActorSystem<Void> system;

  ClusterNode(int id, int port) {
    this(id, port, ConfigFactory.empty());
  }

  ClusterNode(int id, int port, Config operator) {
    this.id = new NodeId(id);
    Config config =
        PekkoConfig.of(
            this.id,
            PekkoConfig.Endpoint.of("127.0.0.1", port),
            operator.withFallback(TEST_SETTINGS));
    system = ActorSystem.create(Behaviors.empty(), PekkoConfig.SYSTEM_NAME, config);
  }

  ClusterJoiner join(boolean founder, int... peerPorts) {
    return join(CLUSTER, founder, peerPorts);
  }

  ClusterJoiner join(long clusterHash, boolean founder, int... peerPorts) {
    List<String> peers = Arrays.stream(peerPorts).mapToObj(port -> "127.0.0.1:" + port).toList();
    return ClusterJoiner.start(
        system, new ClusterJoiner.Plan(clusterHash, id, founder, peers), SystemClocks.monotonic());
  }

  Cluster cluster() {
    return Cluster.get(system);
  }

  Address address() {
    return cluster().selfMember().address();
  }

  int port() {
    return address().getPort().orElseThrow();
  }

  void join(ClusterNode other) {
    cluster().manager().tell(new Join(other.address()));
  }

  /** Members that are Up and reachable in this node's view. */
  long membersUp() {
    var state = cluster().state();
    long up = 0;
    for (Member member : state.getMembers()) {
      if (member.status() == MemberStatus.up() && !state.getUnreachable().contains(member)) {
        up++;
      }
    }
    return up;
  }

  /** Waits until exactly these nodes are in one cluster. */
  static void awaitOneCluster(ClusterNode... nodes) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (ClusterNode node : nodes) {
                assertThat(node.cluster().state().getMembers())
                    .as("members as seen by %s", node.id)
                    .extracting(Member::address)
                    .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(nodes).map(ClusterNode::address).toList());
                assertThat(node.membersUp()).isEqualTo(nodes.length);
              }
            });
  }

  /** Ends like a node that is shut down in order. */
  void leave() throws ExecutionException, InterruptedException, TimeoutException {
    CoordinatedShutdown.get(system)
        .runAll(CoordinatedShutdown.unknownReason())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws ExecutionException, InterruptedException, TimeoutException {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
