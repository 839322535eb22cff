package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** The actor system of a node with the settings of a node, on loopback. */
final class ClusterNode implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(40);

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
            operator.withFallback(ConfigFactory.parseString("pekko.loglevel = WARNING")));
    system = ActorSystem.create(Behaviors.empty(), PekkoConfig.SYSTEM_NAME, config);
  }

  Cluster cluster() {
    return Cluster.get(system);
  }

  Address address() {
    return cluster().selfMember().address();
  }

  int port() {
    return address().getPort().get();
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

  static void awaitMembers(int count, ClusterNode... nodes) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (ClusterNode node : nodes) {
                assertThat(node.membersUp())
                    .as("members up as seen by %s: %s", node.id, node.cluster().state())
                    .isEqualTo(count);
              }
            });
  }

  @Override
  public void close() throws ExecutionException, InterruptedException, TimeoutException {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
