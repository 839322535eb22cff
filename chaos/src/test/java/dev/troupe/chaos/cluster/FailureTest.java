package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes cut off, stopped, moved away from and left behind, with writers that check all the time.
 */
class FailureTest {
  private static final RangeId DATA = new RangeId(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A log so short that a node which was away for a moment needs a snapshot. */
  private static final ReplicaSettings SHORT_LOG =
      ReplicaSettings.DEFAULTS
          .withQuiesceAfter(Duration.ofSeconds(10))
          .withLogRetainedBytes(1 << 20);

  @TempDir Path base;

  private final Links links = new Links();
  private LocalCluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private LocalCluster started(int nodes, ReplicaSettings settings) {
    cluster = new LocalCluster(base, List.of(), settings, links);
    return cluster.start(nodes);
  }

  private RangeStatus data() {
    return cluster.ranges().stream()
        .filter(r -> r.descriptor().id().equals(DATA))
        .findFirst()
        .orElseThrow();
  }

  /** Who leads the data; between two leaders there is none for a moment. */
  private int leader() {
    return await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> data().leader(), Objects::nonNull)
        .value();
  }

  private static void join(CompletionStage<Void> change) {
    change.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldRefuseOnTheMinoritySideAndHealWithoutHelp() {
    started(3, ReplicaSettings.DEFAULTS);
    int old = leader();
    int other = old == 1 ? 2 : 1;
    try (Writers writers = new Writers(4, () -> cluster.node(other))) {
      await().until(() -> writers.writes() > 50);
      links.isolate(old);

      // The minority says so within the deadline, and never serves what may be stale.
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                KvResponse read =
                    cluster.node(old).send(new KvRequest.Get(Writers.key(0)), TIMEOUT);
                assertThat(read).isInstanceOf(KvResponse.Failed.class);
              });
      KvResponse write =
          cluster.node(old).send(new KvRequest.Put(Writers.key(99), new byte[] {1}), TIMEOUT);
      assertThat(write)
          .isInstanceOfSatisfying(
              KvResponse.Failed.class,
              failed ->
                  assertThat(failed.code()).isIn(ErrorCode.RANGE_UNAVAILABLE, ErrorCode.AMBIGUOUS));

      // The majority goes on.
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 50);

      links.heal();
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(cluster.node(old).send(new KvRequest.Get(Writers.key(0)), TIMEOUT))
                      .isInstanceOf(KvResponse.Value.class));
      assertThat(writers.violations(cluster.node(old))).isEmpty();
    }
  }

  @Test
  void shouldMoveLeadershipAndReplicasUnderWritesWithoutAnError() {
    started(4, ReplicaSettings.DEFAULTS);
    try (Writers writers = new Writers(4, () -> cluster.node(4))) {
      await().until(() -> writers.writes() > 50);
      var admin = cluster.node(4).member().admin();
      List<NodeId> members =
          data().descriptor().members().members().stream().map(m -> m.node()).toList();
      NodeId free =
          List.of(1, 2, 3, 4).stream()
              .map(NodeId::new)
              .filter(n -> !members.contains(n))
              .findFirst()
              .orElseThrow();
      NodeId leader = new NodeId(leader());
      NodeId target = members.stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();

      join(admin.transferLeadership(DATA, target));
      assertThat(leader()).isEqualTo(target.value());
      join(admin.moveReplica(DATA, target, free));

      var after = data().descriptor().members();
      assertThat(after.onNode(free)).isPresent();
      assertThat(after.onNode(target)).isEmpty();
      assertThat(after.voters()).hasSize(3);
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 50);
      assertThat(writers.violations(cluster.node(1))).isEmpty();
      assertThat(writers.ambiguous()).isEmpty();
    }
  }

  @Test
  void shouldRefuseToMoveWhatIsNotThereOrGoesNowhere() {
    started(3, ReplicaSettings.DEFAULTS);
    var admin = cluster.node(1).member().admin();
    var before = data().descriptor();

    assertRefused(
        admin.moveReplica(DATA, new NodeId(2), new NodeId(2)), ErrorCode.INVALID_ARGUMENT);
    assertRefused(
        admin.moveReplica(DATA, new NodeId(8), new NodeId(9)), ErrorCode.PRECONDITION_FAILED);

    assertThat(data().descriptor()).isEqualTo(before);
  }

  private static void assertRefused(CompletionStage<Void> change, ErrorCode code) {
    assertThatThrownBy(() -> join(change))
        .hasRootCauseInstanceOf(TroupeException.class)
        .rootCause()
        .extracting(cause -> ((TroupeException) cause).code())
        .isEqualTo(code);
  }

  @Test
  void shouldHideHandOversOfLeadershipFromClients() {
    started(3, ReplicaSettings.DEFAULTS);
    try (Writers writers = new Writers(16, () -> cluster.node(1))) {
      await().until(() -> writers.writes() > 50);
      for (int change = 0; change < 10; change++) {
        NodeId next = new NodeId(leader() % 3 + 1);
        join(cluster.node(1).member().admin().transferLeadership(DATA, next));
      }
      assertThat(writers.violations(cluster.node(2))).isEmpty();
      assertThat(writers.refused()).isEmpty();
    }
  }

  @Test
  void shouldBringANodeBackBySnapshotWhenTheLogIsGone() {
    started(3, SHORT_LOG);
    int away = leader() == 3 ? 2 : 3;
    int gateway = leader();
    cluster.stopNode(away);
    LocalNode node = cluster.node(gateway);
    byte[] value = new byte[64 << 10];
    long start = data().descriptor().generation();
    for (int i = 0; i < 100; i++) {
      assertThat(node.send(new KvRequest.Put(Writers.key(1000 + i), value), Duration.ofSeconds(20)))
          .isInstanceOf(KvResponse.Written.class);
    }
    // The log was cut: what the node lacks is not there any more.
    await().atMost(60, TimeUnit.SECONDS).until(() -> data().logEntries() < 60);

    cluster.startNode(away);

    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                data().replicas().stream()
                    .filter(r -> r.node().value() == away)
                    .anyMatch(r -> r.reachable() && r.appliedIndex() >= data().commitIndex()));
    assertThat(data().descriptor().generation()).isEqualTo(start);
    join(node.member().admin().transferLeadership(DATA, new NodeId(away)));
    KvResponse read =
        cluster.node(away).send(new KvRequest.Get(Writers.key(1099)), Duration.ofSeconds(20));
    assertThat(read)
        .isInstanceOfSatisfying(
            KvResponse.Value.class, found -> assertThat(found.value()).isEqualTo(value));
  }

  @Test
  void shouldServeEverythingAfterAllNodesRestart() {
    started(3, ReplicaSettings.DEFAULTS);
    Writers writers = new Writers(4, () -> cluster.node(1));
    await().until(() -> writers.writes() > 100);
    writers.close();
    for (int node = 1; node <= 3; node++) {
      cluster.stopNode(node);
    }
    for (int node = 1; node <= 3; node++) {
      cluster.startNode(node);
    }
    assertThat(writers.violations(cluster.node(3))).isEmpty();
  }

  @Test
  void shouldGiveAwayLeadershipsBeforeANodeStops() {
    started(3, ReplicaSettings.DEFAULTS);
    int leader = leader();
    int other = leader == 1 ? 2 : 1;
    try (Writers writers = new Writers(4, () -> cluster.node(other))) {
      await().until(() -> writers.writes() > 50);
      join(cluster.node(leader).member().drain());
      assertThat(leader()).isNotEqualTo(leader);
      assertThat(writers.violations(cluster.node(other))).isEmpty();
      assertThat(writers.ambiguous()).isEmpty();
    }
  }
}
