package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ranges split under writers on both sides of the borders, with nodes that miss it or die of it.
 */
class SplitTest {
  private static final RangeId DATA = new RangeId(2);
  private static final KeySpan WRITERS = Keyspace.kvNamespace("writers");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int KEYS = 30;

  /** Those of a new cluster. */
  private static final int RANGES = 3;

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

  private void start(int nodes, ReplicaSettings settings) {
    cluster = new LocalCluster(base, List.of(), settings, links);
    cluster.start(nodes);
  }

  private RangeStatus data() {
    return range(DATA);
  }

  private RangeStatus range(RangeId id) {
    return cluster.ranges().stream()
        .filter(r -> r.descriptor().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private int leader() {
    await().atMost(30, TimeUnit.SECONDS).until(() -> data().leader() != null);
    return data().leader().value();
  }

  private static <T> T join(CompletionStage<T> change) {
    return change.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
  }

  private SplitResult split(int through, Key key) {
    return join(cluster.node(through).member().admin().splitRange(key));
  }

  private static List<Key> keys(long seed) {
    var random = new Random(seed);
    var keys = new ArrayList<>(IntStream.range(0, KEYS).mapToObj(Writers::key).toList());
    java.util.Collections.shuffle(keys, random);
    return keys;
  }

  /** The whole namespace, page by page, across all borders. */
  private List<Key> scan(int through, boolean reverse) {
    var found = new ArrayList<Key>();
    KeySpan rest = WRITERS;
    while (rest != null) {
      var scan = new KvRequest.Scan(rest, 4, 1 << 20, reverse, false, null);
      KvResponse answer = cluster.node(through).send(scan, TIMEOUT);
      assertThat(answer).isInstanceOf(KvResponse.Page.class);
      var page = (KvResponse.Page) answer;
      page.rows().forEach(row -> found.add(row.key()));
      Key resume = page.resume();
      rest =
          resume == null
              ? null
              : reverse ? new KeySpan(rest.start(), resume) : new KeySpan(resume, rest.end());
    }
    return found;
  }

  @Test
  void shouldSplitManyTimesUnderWritesWithoutAnError() {
    start(3, LocalCluster.PATIENT);
    try (Writers writers = new Writers(KEYS, () -> cluster.node(2))) {
      await().until(() -> writers.writes() > 10 * KEYS);
      int through = 1;
      List<Key> sorted = keys(0).stream().sorted().toList();
      for (Key key : keys(42)) {
        SplitResult split = split(through, key);
        assertThat(split.done()).isTrue();
        assertThat(split.left().span().end()).isEqualTo(key);
        assertThat(split.right().span().start()).isEqualTo(key);
        assertThat(scan(through, false)).isEqualTo(sorted);
        assertThat(scan(through, true)).isEqualTo(sorted.reversed());
        through = through % 3 + 1;
      }
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 10 * KEYS);
      assertThat(writers.violations(cluster.node(3))).isEmpty();
      assertThat(writers.refused()).isEmpty();
      assertThat(writers.ambiguous()).isEmpty();
    }
    cluster.awaitLevel(RANGES + KEYS);
  }

  @Test
  void shouldSayWhenThereIsNothingToSplitOrItMustNotBe() {
    start(1, ReplicaSettings.DEFAULTS);
    SplitResult first = split(1, Writers.key(1));
    SplitResult again = split(1, Writers.key(1));

    assertThat(first.done()).isTrue();
    assertThat(again.done()).isFalse();
    List<ClusterEvents.Event> events =
        await()
            .until(
                () -> join(cluster.node(1).member().admin().events().newest(10)),
                found -> !found.isEmpty());
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().kind()).isEqualTo("range-split");
    assertThat(events.getFirst().range()).isEqualTo(first.left().id());
    assertThat(events.getFirst().details()).contains("\"strategy\":\"manual\"");
    assertThat(again.left()).isEqualTo(first.left());
    assertThat(again.right()).isEqualTo(first.right());
    assertThat(first.right().generation()).isEqualTo(first.left().generation());
    for (Key refused : List.of(Key.MIN, Keyspace.NEXT_RANGE_ID, Key.MAX)) {
      assertThatThrownBy(() -> split(1, refused))
          .rootCause()
          .isInstanceOfSatisfying(
              TroupeException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  @Test
  void shouldLoseNothingWhenAllNodesCrashRightAfterSplits() {
    start(3, ReplicaSettings.DEFAULTS);
    Writers writers = new Writers(KEYS, () -> cluster.node(1));
    await().until(() -> writers.writes() > 2 * KEYS);
    for (Key key : keys(7).subList(0, 10)) {
      split(1, key);
    }
    long before = writers.writes();
    await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 2 * KEYS);
    writers.close();
    cluster.awaitLevel(RANGES + 10);

    cluster.crashAndRestart();

    assertThat(writers.violations(cluster.node(3))).isEmpty();
    cluster.awaitLevel(RANGES + 10);
    assertThat(scan(2, false)).isEqualTo(keys(0).stream().sorted().toList());
  }

  @Test
  void shouldBringASplitToANodeThatMissedItByTheLog() {
    start(3, ReplicaSettings.DEFAULTS);
    int away = leader() == 3 ? 2 : 3;
    int through = leader();
    try (Writers writers = new Writers(KEYS, () -> cluster.node(through))) {
      await().until(() -> writers.writes() > 2 * KEYS);
      links.isolate(away);
      for (Key key : keys(8).subList(0, 5)) {
        split(through, key);
      }
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 2 * KEYS);
      links.heal();
      cluster.awaitLevel(RANGES + 5);
      assertThat(writers.violations(cluster.node(through))).isEmpty();
    }
    assertServesAll(away, null);
  }

  @Test
  void shouldBringASplitToANodeThatMissedItBySnapshot() {
    start(3, SHORT_LOG);
    int away = leader() == 3 ? 2 : 3;
    int through = leader();
    byte[] value = new byte[64 << 10];
    for (int i = 0; i < KEYS; i++) {
      put(through, i, value);
    }
    links.isolate(away);
    for (Key key : keys(9).subList(0, 3)) {
      split(through, key);
    }
    value[0] = 1;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < KEYS; i++) {
        put(through, i, value);
      }
    }
    // The log was cut: the split is not in it any more.
    await().atMost(60, TimeUnit.SECONDS).until(() -> data().logEntries() < 60);
    links.heal();
    cluster.awaitLevel(RANGES + 3);
    assertServesAll(away, value);
  }

  @Test
  void shouldKeepThePromisesOfACrashedReplicaWhoseSplitCanNotBeSentAgain() {
    start(3, SHORT_LOG);
    int away = leader() == 3 ? 2 : 3;
    int through = leader();
    byte[] value = new byte[64 << 10];
    for (int i = 0; i < KEYS; i++) {
      put(through, i, value);
    }
    split(through, Writers.key(15));
    put(through, 15, value);
    cluster.awaitLevel(RANGES + 1);
    // It has acknowledged writes of the new range, whose state is in its memory alone.
    cluster.crash(List.of(away));
    value[0] = 1;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < KEYS; i++) {
        put(through, i, value);
      }
    }
    await().atMost(60, TimeUnit.SECONDS).until(() -> data().logEntries() < 60);

    cluster.startNode(away);

    cluster.awaitLevel(RANGES + 1);
    assertServesAll(away, value);
  }

  private void put(int through, int key, byte[] value) {
    assertThat(cluster.node(through).send(new KvRequest.Put(Writers.key(key), value), TIMEOUT))
        .isInstanceOf(KvResponse.Written.class);
  }

  /** Lets a node lead every data range, and reads every key there. */
  private void assertServesAll(int node, byte[] expected) {
    for (RangeStatus range : cluster.ranges()) {
      if (!range.descriptor().id().equals(RangeId.SYSTEM)) {
        join(
            cluster
                .node(node)
                .member()
                .admin()
                .transferLeadership(range.descriptor().id(), new NodeId(node)));
      }
    }
    for (int i = 0; i < KEYS; i++) {
      KvResponse read = cluster.node(node).send(new KvRequest.Get(Writers.key(i)), TIMEOUT);
      assertThat(read)
          .isInstanceOfSatisfying(
              KvResponse.Value.class,
              found -> {
                assertThat(found.value()).isNotNull();
                if (expected != null) {
                  assertThat(found.value()).isEqualTo(expected);
                }
              });
    }
    assertThat(scan(node, false)).isEqualTo(keys(0).stream().sorted().toList());
  }

  @Test
  void shouldNotTakeBackAReplicaThatWasRemovedBeforeItsNodeHeardOfTheSplit() {
    start(4, ReplicaSettings.DEFAULTS);
    var members = data().descriptor().members();
    int through = leader();
    int away =
        members.members().stream()
            .map(m -> m.node().value())
            .filter(n -> n != through)
            .findFirst()
            .orElseThrow();
    int free =
        IntStream.rangeClosed(1, 4)
            .filter(n -> members.onNode(new NodeId(n)).isEmpty())
            .findFirst()
            .orElseThrow();
    try (Writers writers = new Writers(KEYS, () -> cluster.node(through))) {
      await().until(() -> writers.writes() > 2 * KEYS);
      links.isolate(away);
      SplitResult split = split(through, Writers.key(15));
      var admin = cluster.node(through).member().admin();
      RangeId right = split.right().id();
      join(admin.removeReplica(right, new NodeId(away)));
      join(admin.addReplica(right, new NodeId(free)));
      links.heal();
      cluster.awaitLevel(RANGES + 1);
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> data().replicas().stream().allMatch(r -> r.reachable()));
      // And back again, under a new id, over what the split had left there.
      join(admin.moveReplica(right, new NodeId(free), new NodeId(away)));
      cluster.awaitLevel(RANGES + 1);
      assertThat(range(right).descriptor().members().onNode(new NodeId(away))).isPresent();
      assertThat(writers.violations(cluster.node(through))).isEmpty();
    }
    assertServesAll(away, null);
  }

  @Test
  void shouldFinishASplitWhoseLeaderDies() {
    start(3, ReplicaSettings.DEFAULTS);
    int dying = leader();
    int through = dying == 1 ? 2 : 1;
    try (Writers writers = new Writers(KEYS, () -> cluster.node(through))) {
      await().until(() -> writers.writes() > 2 * KEYS);
      var splits =
          keys(10).subList(0, 5).stream()
              .map(key -> cluster.node(through).member().admin().splitRange(key))
              .toList();
      cluster.stopNode(dying);
      splits.forEach(SplitTest::join);
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 2 * KEYS);
      cluster.startNode(dying);
      cluster.awaitLevel(RANGES + 5);
      assertThat(writers.violations(cluster.node(through))).isEmpty();
    }
    assertThat(scan(dying, false)).isEqualTo(keys(0).stream().sorted().toList());
  }
}
