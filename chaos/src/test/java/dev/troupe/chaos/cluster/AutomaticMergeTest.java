package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was split by its size is merged when most of it is gone, under writers. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class AutomaticMergeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Those of a new cluster. */
  private static final int RANGES = 3;

  private static final int ROWS = 1_200;
  private static final int ROW_BYTES = 8 << 10;
  private static final int WRITERS = 12;
  private static final Duration REST = Duration.ofMillis(100);

  /** Of so many rows one stays. */
  private static final int STAYS = 20;

  private static final SplitSettings SMALL =
      new SplitSettings(
          true,
          true,
          1_536 << 10,
          1e9,
          Duration.ofSeconds(60),
          0.7,
          0.5,
          Duration.ofSeconds(2),
          Duration.ofMillis(500));

  private static final CollectionSettings SOON =
      new CollectionSettings(
          Duration.ofSeconds(2), Map.of(), Duration.ofMillis(200), 100_000, 32 << 10);

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
    write(
        cluster,
        i -> {
          byte[] value = new byte[ROW_BYTES];
          random.nextBytes(value);
          return new KvRequest.Put(key(i), value);
        });
  }

  private static void deleteMost(LocalCluster cluster) {
    write(cluster, i -> i % STAYS == 0 ? null : new KvRequest.Delete(key(i)));
  }

  /** Several at once; null: nothing is written for that row. */
  private static void write(LocalCluster cluster, IntFunction<@Nullable KvRequest> of) {
    try (var writers = Executors.newFixedThreadPool(WRITERS, Thread.ofVirtual().factory())) {
      var answers = new ArrayList<Future<KvResponse>>();
      for (int i = 0; i < ROWS; i++) {
        KvRequest write = of.apply(i);
        LocalNode node = cluster.node(1 + i % 3);
        if (write != null) {
          answers.add(writers.submit(() -> node.send(write, PATIENCE)));
        }
      }
      for (Future<KvResponse> answer : answers) {
        assertThat(answer.get())
            .as(() -> "a write, of ranges " + cluster.ranges())
            .isInstanceOf(KvResponse.Written.class);
      }
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void assertWhole(LocalCluster cluster) {
    int rows = 0;
    for (KeySpan rest = Keyspace.kvNamespace("default"); rest != null; ) {
      var scan = new KvRequest.Scan(rest, ROWS, 64 << 20, false, true, null);
      var page = (KvResponse.Page) cluster.node(3).send(scan, PATIENCE);
      rows += page.rows().size();
      rest = page.resume() == null ? null : new KeySpan(page.resume(), rest.end());
    }
    assertThat(rows).isEqualTo(ROWS / STAYS);
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
    await()
        .atMost(180, TimeUnit.SECONDS)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(cluster.ranges()).hasSize(count));
  }

  private static void assertServed(Writers writers) {
    long before = writers.writes();
    await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 100);
    assertThat(writers.refused()).isEmpty();
    assertThat(writers.ambiguous()).isEmpty();
  }

  /** The writers end with that. */
  private static void assertUnharmed(LocalCluster cluster, Writers writers) {
    assertServed(writers);
    assertThat(writers.violations(cluster.node(3))).isEmpty();
  }

  @Test
  void shouldMergeWhatWasDeletedUnderWritersAndKeepBordersMadeByHand() {
    Key byHand = key(ROWS / 2 + 7);
    try (LocalCluster cluster = start(3, PlacementSettings.OFF);
        Writers writers = new Writers(8, () -> cluster.node(2), REST)) {
      join(cluster.node(1).member().admin().splitRange(byHand));
      load(cluster);
      await().atMost(60, TimeUnit.SECONDS).until(() -> cluster.ranges().size() >= RANGES + 5);

      deleteMost(cluster);
      awaitRanges(cluster, RANGES + 1);

      assertWhole(cluster);
      assertServed(writers);
      assertThat(events(cluster, "range-merge"))
          .hasSizeGreaterThanOrEqualTo(4)
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
        Writers writers = new Writers(8, () -> cluster.node(2), REST)) {
      load(cluster);
      await().atMost(60, TimeUnit.SECONDS).until(() -> cluster.ranges().size() >= RANGES + 5);
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

  @Test
  void shouldKeepBordersOfTablesUntilTheirOwnerLiftsThem() throws SQLException {
    try (SqlCluster servers = new SqlCluster(base, SMALL);
        Connection connection = servers.connect(2);
        Statement statement = connection.createStatement()) {
      statement.execute("create table h (id int primary key, name text)");
      statement.execute("create index h_name on h (name)");
      statement.execute("insert into h select i, 'n' || i from generate_series(1, 300) i");
      statement.execute("alter table h split at values (100), (200)");
      statement.execute("alter index h_name split at values ('n2')");
      await()
          .during(SMALL.mergeAfter().multipliedBy(3))
          .atMost(Duration.ofSeconds(60))
          .until(() -> servers.cluster().ranges().size() == RANGES + 3);

      statement.execute("alter table h unsplit at values (100), (150)");
      awaitRanges(servers.cluster(), RANGES + 2);
      statement.execute("alter index h_name unsplit all");
      awaitRanges(servers.cluster(), RANGES + 1);
      statement.execute("alter table h unsplit all");
      awaitRanges(servers.cluster(), RANGES);

      try (ResultSet found = statement.executeQuery("select count(*), sum(id) from h")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getInt(1)).isEqualTo(300);
      }
      statement.execute("create role ann");
      statement.execute("set role ann");
      assertThatThrownBy(() -> statement.execute("alter table h unsplit all"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }
}
