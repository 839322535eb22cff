package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.gc.CollectionSettings;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterEvents.Event;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.split.SplitSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was split by its size is merged when most of it is gone, under writers. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class AutomaticMergeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Those of a new cluster. */
  private static final int RANGES = 3;

  private static final int ROWS = 2_000;
  private static final int ROW_BYTES = 4 << 10;

  /** Of so many rows one stays. */
  private static final int STAYS = 20;

  private static final SplitSettings SMALL =
      new SplitSettings(
          true,
          true,
          1 << 20,
          1e9,
          Duration.ofSeconds(60),
          0.7,
          0.5,
          Duration.ofSeconds(2),
          Duration.ofMillis(500));

  private static final CollectionSettings SOON =
      new CollectionSettings(Duration.ofSeconds(2), Map.of(), Duration.ofMillis(200), 100_000);

  @TempDir Path base;

  private LocalCluster start(int nodes, PlacementSettings placement) {
    return new LocalCluster(base, List.of(), LocalCluster.PATIENT, new Links())
        .splitting(SMALL)
        .keeping(SOON)
        .placing(placement)
        .start(nodes);
  }

  private static Key key(int number) {
    return Keyspace.kv("default", "k%06d".formatted(number).getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
  }

  private static List<Event> events(LocalCluster cluster, String kind) {
    return join(cluster.node(2).member().admin().events().newest(1_000)).stream()
        .filter(event -> event.kind().equals(kind))
        .toList();
  }

  private static void load(LocalCluster cluster) {
    var random = new Random(5);
    for (int i = 0; i < ROWS; i++) {
      byte[] value = new byte[ROW_BYTES];
      random.nextBytes(value);
      send(cluster, i, new KvRequest.Put(key(i), value));
    }
  }

  private static void deleteMost(LocalCluster cluster) {
    for (int i = 0; i < ROWS; i++) {
      if (i % STAYS != 0) {
        send(cluster, i, new KvRequest.Delete(key(i)));
      }
    }
  }

  private static void send(LocalCluster cluster, int number, KvRequest write) {
    assertThat(cluster.node(1 + number % 3).send(write, PATIENCE))
        .isInstanceOf(KvResponse.Written.class);
  }

  private static void assertWhole(LocalCluster cluster) {
    KvResponse answer =
        cluster
            .node(3)
            .send(
                new KvRequest.Scan(
                    Keyspace.kvNamespace("default"), ROWS, 64 << 20, false, true, null),
                PATIENCE);
    assertThat(answer)
        .isInstanceOfSatisfying(
            KvResponse.Page.class,
            page -> {
              assertThat(page.resume()).isNull();
              assertThat(page.rows()).hasSize(ROWS / STAYS);
            });
    List<RangeDescriptor> inOrder =
        cluster.ranges().stream()
            .map(RangeStatus::descriptor)
            .sorted(Comparator.comparing(r -> r.span().start()))
            .toList();
    for (int i = 1; i < inOrder.size(); i++) {
      assertThat(inOrder.get(i).span().start()).isEqualTo(inOrder.get(i - 1).span().end());
    }
  }

  private static void awaitRanges(LocalCluster cluster, int count) {
    await().atMost(180, TimeUnit.SECONDS).until(() -> cluster.ranges().size() == count);
  }

  private static void assertUnharmed(LocalCluster cluster, Writers writers) {
    long before = writers.writes();
    await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 100);
    assertThat(writers.violations(cluster.node(3))).isEmpty();
    assertThat(writers.refused()).isZero();
    assertThat(writers.ambiguous()).isZero();
  }

  @Test
  void shouldMergeWhatWasDeletedUnderWritersAndKeepBordersMadeByHand() {
    Key byHand = key(ROWS / 2 + 7);
    try (LocalCluster cluster = start(3, PlacementSettings.OFF);
        Writers writers = new Writers(8, () -> cluster.node(2))) {
      join(cluster.node(1).member().admin().splitRange(byHand));
      load(cluster);
      await().atMost(60, TimeUnit.SECONDS).until(() -> cluster.ranges().size() >= RANGES + 6);

      deleteMost(cluster);
      awaitRanges(cluster, RANGES + 1);

      assertWhole(cluster);
      assertUnharmed(cluster, writers);
      assertThat(events(cluster, "range-merge"))
          .hasSizeGreaterThanOrEqualTo(5)
          .allMatch(e -> e.details().contains("\"strategy\":\"cold\""))
          .allMatch(e -> e.details().contains("\"bytes\":"));
      assertThat(cluster.ranges()).anyMatch(r -> r.descriptor().span().start().equals(byHand));
      await()
          .during(SMALL.mergeAfter().multipliedBy(3))
          .atMost(Duration.ofSeconds(30))
          .until(() -> cluster.ranges().size() == RANGES + 1);

      assertThat(join(cluster.node(3).member().admin().liftBorders(KeySpan.of(byHand))))
          .isEqualTo(1);
      awaitRanges(cluster, RANGES);
      assertWhole(cluster);
      assertUnharmed(cluster, writers);
    }
  }

  @Test
  void shouldBringReplicasTogetherWhereTheyWereSpread() {
    PlacementSettings quick =
        PlacementSettings.DEFAULTS
            .withLook(Duration.ofSeconds(1))
            .withRest(Duration.ofSeconds(2))
            .withTimeUntilDead(Duration.ofSeconds(60));
    try (LocalCluster cluster = start(4, quick);
        Writers writers = new Writers(8, () -> cluster.node(2))) {
      load(cluster);
      await().atMost(60, TimeUnit.SECONDS).until(() -> cluster.ranges().size() >= RANGES + 6);
      await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  cluster.ranges().stream()
                      .anyMatch(
                          r ->
                              r.descriptor().members().members().stream()
                                  .anyMatch(member -> member.node().value() == 4)));

      deleteMost(cluster);
      awaitRanges(cluster, RANGES);

      assertWhole(cluster);
      assertUnharmed(cluster, writers);
      assertThat(events(cluster, "replica-move"))
          .anyMatch(e -> e.details().contains("\"reason\":\"merge\""));
    }
  }
}
