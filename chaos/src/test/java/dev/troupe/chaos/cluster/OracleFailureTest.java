package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.ReplicaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timestamps drawn from all nodes while the oracle's office changes hands. */
class OracleFailureTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FAILOVER = Duration.ofSeconds(2);

  @TempDir Path base;

  private final Links links = new Links();
  private final AtomicInteger away = new AtomicInteger();
  private LocalCluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private void started(int nodes) {
    cluster = new LocalCluster(base, List.of(), ReplicaSettings.DEFAULTS, links);
    cluster.start(nodes);
  }

  private int holder() {
    return await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                cluster.ranges().stream()
                    .filter(r -> r.descriptor().id().equals(RangeId.SYSTEM))
                    .map(RangeStatus::leader)
                    .filter(leader -> leader != null)
                    .map(NodeId::value)
                    .findFirst()
                    .orElse(0),
            leader -> leader != 0);
  }

  private Drawers drawers() {
    var drawers = new Drawers();
    for (int i = 0; i < 6; i++) {
      int node = 1 + i % 3;
      drawers.start(() -> away.get() == node ? null : cluster.node(node));
    }
    return drawers;
  }

  private static void awaitMore(Drawers drawers) {
    long before = drawers.granted();
    await().atMost(30, TimeUnit.SECONDS).until(() -> drawers.granted() > before + 500);
  }

  private void transferTo(int node) {
    cluster
        .node(node)
        .member()
        .admin()
        .transferLeadership(RangeId.SYSTEM, new NodeId(node))
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void shouldRiseWhileLeadershipIsHandedAround() {
    started(3);
    try (Drawers drawers = drawers()) {
      awaitMore(drawers);
      for (int change = 0; change < 8; change++) {
        transferTo(holder() % 3 + 1);
        awaitMore(drawers);
      }
      assertThat(drawers.violations()).isEmpty();
      drawers.close();
      assertThat(drawers.failed()).isZero();
      assertThat(drawers.unanswered()).isZero();
    }
  }

  @Test
  void shouldRiseWhileHoldersStopAndComeBack() {
    started(3);
    try (Drawers drawers = drawers()) {
      awaitMore(drawers);
      for (int round = 0; round < 3; round++) {
        int holder = holder();
        away.set(holder);
        cluster.stopNode(holder);
        awaitMore(drawers);
        cluster.startNode(holder);
        away.set(0);
        awaitMore(drawers);
      }
      assertThat(drawers.violations()).isEmpty();
    }
  }

  @Test
  void shouldGoOnWithinTwoSecondsWhenTheHolderIsCutOff() {
    started(3);
    int old = holder();
    int other = old % 3 + 1;
    long last = given(cluster.node(old));
    assertThat(given(cluster.node(other))).isGreaterThan(last);
    last = given(cluster.node(old));

    long cut = System.nanoTime();
    links.isolate(old);
    long next = given(cluster.node(other));
    Duration took = Duration.ofNanos(System.nanoTime() - cut);

    System.out.println("next timestamp " + took.toMillis() + " ms after the holder was cut off");
    assertThat(next).isGreaterThan(last);
    assertThat(took).isLessThan(FAILOVER);
    // The old holder is still there, and gives out nothing.
    assertThat(Drawers.draw(cluster.node(old), 1, Duration.ofSeconds(1)))
        .isInstanceOf(TimestampSource.Drawn.Failed.class);
    links.heal();
    assertThat(given(cluster.node(old))).isGreaterThan(next);
  }

  @Test
  void shouldServeAnIdleClusterAgainAfterItsRangesFellAsleep() {
    started(3);
    long first = given(cluster.node(1));
    await()
        .atMost(60, TimeUnit.SECONDS)
        .pollDelay(Duration.ofSeconds(12))
        .untilAsserted(() -> assertThat(given(cluster.node(2))).isGreaterThan(first));
    for (int node = 1; node <= 3; node++) {
      long before = given(cluster.node(node));
      assertThat(given(cluster.node(node % 3 + 1))).isGreaterThan(before);
    }
  }

  private static long given(LocalNode node) {
    return switch (Drawers.draw(node, 1, TIMEOUT)) {
      case TimestampSource.Drawn.Granted granted -> granted.first().value();
      case null -> throw new AssertionError("no answer");
      case TimestampSource.Drawn.Failed failed -> throw new AssertionError(failed);
    };
  }
}
