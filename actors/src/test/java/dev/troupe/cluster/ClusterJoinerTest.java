package dev.troupe.cluster;

import static dev.troupe.cluster.ClusterNode.awaitOneCluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.cluster.ClusterJoiner.Reason;
import dev.troupe.transport.ClaimedPorts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterJoinerTest {
  private final int[] ports = IntStream.generate(ClaimedPorts::next).limit(3).toArray();
  private final ClusterNode[] nodes = new ClusterNode[3];
  private final ClusterJoiner[] joiners = new ClusterJoiner[3];

  /** Starts node {@code id} on its port; it knows the ports of the others. */
  private ClusterNode start(int id, boolean founder) {
    int[] others = Arrays.stream(ports).filter(port -> port != ports[id - 1]).toArray();
    return start(id, founder, others);
  }

  private ClusterNode start(int id, boolean founder, int... peerPorts) {
    ClusterNode node = new ClusterNode(id, ports[id - 1]);
    nodes[id - 1] = node;
    joiners[id - 1] = node.join(founder, peerPorts);
    return node;
  }

  @AfterEach
  void crashAll() throws Exception {
    for (ClusterNode node : nodes) {
      if (node != null) {
        node.close();
      }
    }
  }

  private void formOfThree() {
    start(1, true, new int[0]);
    start(2, false);
    start(3, false);
    awaitOneCluster(nodes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"123", "321", "213", "132"})
  void shouldFormOneClusterInAnyOrderOfStarts(String order) {
    order.chars().map(Character::getNumericValue).forEach(id -> start(id, false));
    awaitOneCluster(nodes);
    assertThat(joiners[0].joined()).isTrue();
    assertThat(joiners[0].peers())
        .containsExactlyInAnyOrder("127.0.0.1:" + ports[1], "127.0.0.1:" + ports[2]);
  }

  @Test
  void shouldFollowTheFounder() {
    start(1, false);
    start(2, false);
    start(3, true);
    awaitOneCluster(nodes);
  }

  @Test
  void shouldReturnAfterACrashWhetherNoticedOrNot() throws Exception {
    formOfThree();

    nodes[2].close();
    awaitOneCluster(nodes[0], nodes[1]);
    start(3, false);
    awaitOneCluster(nodes);

    nodes[0].close();
    start(1, true);
    awaitOneCluster(nodes);
  }

  @Test
  void shouldFormOneClusterAgainWhenTwoOfThreeComeBack() throws Exception {
    formOfThree();
    crashAll();

    start(3, false);
    start(2, false);
    awaitOneCluster(nodes[1], nodes[2]);
    start(1, true);
    awaitOneCluster(nodes);
  }

  @Test
  void shouldMergeIslands() throws Exception {
    start(1, false, new int[0]);
    start(2, false, ports[2]);
    start(3, false, ports[1]);
    awaitOneCluster(nodes[0]);
    awaitOneCluster(nodes[1], nodes[2]);

    joiners[1].know("127.0.0.1:" + ports[0]);

    assertThat(reason(joiners[0].ended())).isEqualTo(Reason.MERGING);
    start(1, false);
    awaitOneCluster(nodes);
    assertThat(joiners[1].ended().toCompletableFuture()).isNotDone();
  }

  @Test
  void shouldEndWhenThePeersRemovedTheNode() throws Exception {
    formOfThree();
    nodes[0].cluster().manager().tell(new Down(nodes[2].address()));

    assertThat(reason(joiners[2].ended())).isEqualTo(Reason.EXPELLED);
    start(3, false);
    awaitOneCluster(nodes);

    nodes[1].leave();
    assertThat(reason(joiners[1].ended())).isEqualTo(Reason.TERMINATED);
    awaitOneCluster(nodes[0], nodes[2]);
  }

  @Test
  void shouldNotJoinAnotherCluster() throws Exception {
    start(1, true, new int[0]);
    try (ClusterNode stranger = new ClusterNode(2, ports[1])) {
      ClusterJoiner joiner = stranger.join(ClusterNode.CLUSTER + 1, false, ports[0]);
      assertThat(reason(joiner.ended())).isEqualTo(Reason.WRONG_CLUSTER);
    }
    awaitOneCluster(nodes[0]);
  }

  @Test
  void shouldRefuseAPeerWithoutPort() {
    List<String> wrong = new ArrayList<>(List.of("host", "host:", ":1", "host:x"));
    for (String peer : wrong) {
      assertThatThrownBy(() -> JoinProcess.parse(peer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("host:port");
    }
  }

  private static Reason reason(CompletionStage<Reason> ended) throws Exception {
    return ended.toCompletableFuture().get(ClusterNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
