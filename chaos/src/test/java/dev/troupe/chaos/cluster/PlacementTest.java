package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.ClusterJoiner;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterAdmin.Departure;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas find their places by themselves, on real nodes in one process. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PlacementTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final PlacementSettings QUICK =
      PlacementSettings.DEFAULTS
          .withLook(Duration.ofSeconds(1))
          .withRest(Duration.ofSeconds(2))
          .withTimeUntilDead(Duration.ofSeconds(6));

  private static Key key(int number) {
    return Keyspace.kv("default", "k%03d".formatted(number).getBytes(StandardCharsets.UTF_8));
  }

  /** Thirteen ranges. */
  private static LocalCluster cluster(Path base) {
    List<Key> splits = IntStream.rangeClosed(1, 10).mapToObj(PlacementTest::key).toList();
    return new LocalCluster(base, splits, ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL)
        .placing(QUICK);
  }

  private static Map<NodeId, Integer> replicas(LocalCluster cluster) {
    var counts = new HashMap<NodeId, Integer>();
    for (var range : cluster.ranges()) {
      for (Member member : range.descriptor().members().members()) {
        counts.merge(member.node(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static void write(LocalCluster cluster, int number) {
    assertThat(cluster.node(1).send(new KvRequest.Put(key(number % 13), new byte[] {1}), PATIENCE))
        .as(() -> "a write to these: " + said(cluster))
        .isInstanceOf(KvResponse.Written.class);
  }

  /** How the ranges stand, or why nobody says so, which must not hide what has failed. */
  private static Object said(LocalCluster cluster) {
    return admin(cluster)
        .ranges()
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .<Object>handle((ranges, failure) -> failure == null ? ranges : failure)
        .join();
  }

  /** Writes one after the other until something has come about. */
  private static void writeUntil(LocalCluster cluster, BooleanSupplier reached) {
    int[] number = {0};
    Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .until(
            () -> {
              write(cluster, number[0]++);
              return reached.getAsBoolean();
            });
  }

  private static <T> T ask(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static ClusterAdmin admin(LocalCluster cluster) {
    return cluster.node(1).member().admin();
  }

  private static boolean isReplicatedWithout(LocalCluster cluster, int node) {
    var ranges = cluster.ranges();
    return ranges.size() == 13
        && ranges.stream()
            .allMatch(
                range ->
                    range.descriptor().members().voters().size() == 3
                        && range.descriptor().members().members().size() == 3
                        && range.descriptor().members().onNode(new NodeId(node)).isEmpty());
  }

  @Test
  void shouldEvenOutAndEmptyANodeUnderWrites(@TempDir Path base) {
    try (var cluster = cluster(base).start(3)) {
      // Nothing could take their place.
      Departure refused = ask(admin(cluster).decommission(new NodeId(3), false));
      assertThat(refused.standing()).isEqualTo("active");
      assertThat(refused.stuck()).hasSize(13);
      assertThat(refused.stuck().getFirst().why()).contains("add a node first");

      cluster.startNode(4);
      // 39 replicas on four nodes.
      writeUntil(
          cluster,
          () ->
              replicas(cluster).size() == 4
                  && replicas(cluster).values().stream()
                      .allMatch(count -> count >= 9 && count <= 10));

      Departure begun = ask(admin(cluster).decommission(new NodeId(3), false));
      assertThat(begun.standing()).isEqualTo("decommissioning");
      writeUntil(
          cluster,
          () ->
              ask(admin(cluster).departure(new NodeId(3), Integer.MAX_VALUE))
                  .standing()
                  .equals("decommissioned"));
      assertThat(isReplicatedWithout(cluster, 3)).isTrue();
      assertThat(ask(cluster.node(3).member().ended()))
          .isEqualTo(ClusterJoiner.Reason.DECOMMISSIONED);
    }
  }

  @Test
  void shouldRestoreWhatALostNodeHeld(@TempDir Path base) {
    try (var cluster = cluster(base).start(4)) {
      cluster.stopNode(3);
      writeUntil(cluster, () -> isReplicatedWithout(cluster, 3));
    }
  }

  @Test
  void shouldKeepANodeThatIsTakenBack(@TempDir Path base) {
    try (var cluster = cluster(base).start(3)) {
      Departure forced = ask(admin(cluster).decommission(new NodeId(2), true));
      assertThat(forced.standing()).isEqualTo("decommissioning");
      Departure back = ask(admin(cluster).recommission(new NodeId(2)));
      assertThat(back.standing()).isEqualTo("active");
      assertThat(back.replicas()).isEqualTo(13);
    }
  }
}
