package dev.troupe.cluster;

import static dev.troupe.cluster.ClusterNode.awaitOneCluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusedConnectionDowningTest {
  private static final Config IMPATIENT =
      ConfigFactory.parseString("troupe.cluster.downing.silent-limit = 3s");

  @Test
  void shouldRemoveAMemberWhoseProcessIsGone() throws Exception {
    try (ClusterNode one = new ClusterNode(1, 0);
        ClusterNode two = new ClusterNode(2, 0);
        ClusterNode three = new ClusterNode(3, 0)) {
      form(one, two, three);

      three.close();
      two.close();

      awaitOneCluster(one);
    }
  }

  @Test
  void shouldNotWaitForHeartbeatsOfAMemberThatIsKnownToBeGone() throws Exception {
    Config patient =
        ConfigFactory.parseString(
            "pekko.cluster.failure-detector.acceptable-heartbeat-pause = 10m");
    try (ClusterNode one = new ClusterNode(1, 0, patient);
        ClusterNode two = new ClusterNode(2, 0, patient);
        ClusterNode three = new ClusterNode(3, 0, patient)) {
      form(one, two, three);

      var gone = two.address();
      two.close();
      ToldFailureDetector.remove(one.system, gone);

      awaitOneCluster(one, three);
    }
  }

  @Test
  void shouldRemoveALongSilentMemberOnlyWithAMajority() throws Exception {
    try (ClusterNode one = new ClusterNode(1, 0, IMPATIENT);
        ClusterNode two = new ClusterNode(2, 0, IMPATIENT)) {
      ClusterNode three = new ClusterNode(3, 0, IMPATIENT);
      form(one, two, three);

      int port = three.port();
      three.close();
      try (ServerSocket silent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
        awaitOneCluster(one, two);
        assertThat(silent.isBound()).isTrue();
      }

      int secondPort = two.port();
      two.close();
      try (ServerSocket silent =
          new ServerSocket(secondPort, 50, InetAddress.getLoopbackAddress())) {
        await().atMost(ClusterNode.PATIENCE).until(() -> one.membersUp() == 1);
        await()
            .during(Duration.ofSeconds(5))
            .atMost(Duration.ofSeconds(8))
            .until(() -> size(one) == 2);
        assertThat(silent.isBound()).isTrue();
      }
      awaitOneCluster(one);
    }
  }

  private static void form(ClusterNode... nodes) {
    for (ClusterNode node : nodes) {
      node.join(nodes[0]);
    }
    awaitOneCluster(nodes);
  }

  private static int size(ClusterNode node) {
    int members = 0;
    for (var member : node.cluster().state().getMembers()) {
      members += member.hasRole("store-2") || member.hasRole("store-1") ? 1 : 0;
    }
    return members;
  }
}
