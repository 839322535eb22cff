package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges become one again under writers on both sides, whatever happens to nodes afterwards. */
class MergeTest {
  private static final RangeId DATA = new RangeId(2);
  private static final KeySpan WRITERS = Keyspace.kvNamespace("writers");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int KEYS = 20;

  /** Those of a new cluster. */
  private static final int RANGES = 3;

  @TempDir Path base;

  private final Links links = new Links();
  private LocalCluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private void start(int nodes) {
    start(nodes, ReplicaSettings.DEFAULTS);
  }

  private void start(int nodes, ReplicaSettings settings) {
    cluster = new LocalCluster(base, List.of(), settings, links);
    cluster.start(nodes);
  }

  private static <T> T join(CompletionStage<T> change) {
    return change.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
  }

  private void split(int through, Key key) {
    assertThat(join(cluster.node(through).member().admin().splitRange(key)).done()).isTrue();
  }

  private MergeResult merge(int through, Key border) {
    return join(cluster.node(through).member().admin().mergeRange(border));
  }

  private static List<Key> keys() {
    return IntStream.range(0, KEYS).mapToObj(Writers::key).sorted().toList();
  }

  private static List<Key> shuffled(long seed) {
    var keys = new ArrayList<>(keys());
    Collections.shuffle(keys, new Random(seed));
    return keys;
  }

  private List<Key> scan(int through) {
    KvResponse answer =
        cluster
            .node(through)
            .send(new KvRequest.Scan(WRITERS, KEYS, 1 << 20, false, false, null), TIMEOUT);
    assertThat(answer).isInstanceOf(KvResponse.Page.class);
    return ((KvResponse.Page) answer).rows().stream().map(KvResponse.Row::key).toList();
  }

  @Test
  void shouldMergeManyTimesUnderWritesWithoutAnError() {
    start(3, LocalCluster.PATIENT);
    List<Key> borders = shuffled(42).subList(0, 8);
    borders.forEach(key -> split(1, key));
    cluster.awaitLevel(RANGES + borders.size());
    try (Writers writers = new Writers(KEYS, () -> cluster.node(2))) {
      await().until(() -> writers.writes() > 10 * KEYS);
      int through = 1;
      for (Key border : borders) {
        MergeResult merged = merge(through, border);
        assertThat(merged.done()).isTrue();
        assertThat(merged.range().span().contains(border)).isTrue();
        assertThat(merged.range().span().start()).isNotEqualTo(border);
        through = through % 3 + 1;
      }
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 10 * KEYS);
      assertThat(writers.violations(cluster.node(3))).isEmpty();
      assertThat(writers.refused()).isEmpty();
      assertThat(writers.ambiguous()).isEmpty();
      assertThat(scan(through)).isEqualTo(keys());
    }
    cluster.awaitLevel(RANGES);
  }

  @Test
  void shouldLoseNothingWhenAllNodesCrashRightAfterMergesAndSplits() {
    start(3);
    Writers writers = new Writers(KEYS, () -> cluster.node(1));
    await().until(() -> writers.writes() > 2 * KEYS);
    List<Key> borders = shuffled(7).subList(0, 6);
    borders.forEach(key -> split(1, key));
    cluster.awaitLevel(RANGES + borders.size());
    borders.forEach(key -> merge(2, key));
    borders.subList(0, 2).forEach(key -> split(3, key));
    long before = writers.writes();
    await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 2 * KEYS);
    writers.close();

    cluster.crashAndRestart();

    assertThat(writers.violations(cluster.node(3))).isEmpty();
    cluster.awaitLevel(RANGES + 2);
    assertThat(scan(2)).isSubsetOf(keys());
  }

  @Test
  void shouldSayWhenThereIsNothingToMergeOrItMustNotBe() {
    start(1);
    MergeResult none = merge(1, Writers.key(1));
    assertThat(none.done()).isFalse();
    assertThat(none.range().id()).isEqualTo(DATA);
    split(1, Writers.key(1));
    assertThat(merge(1, Writers.key(1)).done()).isTrue();
    assertThat(merge(1, Writers.key(1)).done()).isFalse();
    for (Key refused : List.of(Key.MIN, Keyspace.NEXT_RANGE_ID, Keyspace.KV.start())) {
      assertThatThrownBy(() -> merge(1, refused))
          .rootCause()
          .isInstanceOfSatisfying(
              TroupeException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
    }
  }

  @Test
  void shouldRefuseToMergeWithoutAllMembersAndServeOn() {
    start(3);
    Key border = Writers.key(3);
    split(1, border);
    cluster.awaitLevel(RANGES + 1);
    int through =
        cluster.ranges().stream()
            .filter(r -> r.descriptor().span().end().equals(border))
            .findFirst()
            .orElseThrow()
            .leader()
            .value();
    links.isolate(through == 3 ? 2 : 3);
    try (Writers writers = new Writers(KEYS, () -> cluster.node(through))) {
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > 2 * KEYS);
      assertThatThrownBy(() -> merge(through, border))
          .rootCause()
          .isInstanceOfSatisfying(
              TroupeException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 2 * KEYS);
      links.heal();
      await()
          .atMost(60, TimeUnit.SECONDS)
          .ignoreExceptions()
          .until(() -> merge(through, border).range().span().contains(border));
      assertThat(writers.violations(cluster.node(1))).isEmpty();
      assertThat(writers.refused()).isEmpty();
    }
    cluster.awaitLevel(RANGES);
  }

  /**
   * What is left on the node's disk would keep everything else from having its keys there: moving
   * the range back would never end.
   */
  @Test
  void shouldForgetWhatIsLeftOfARangeThatWasMergedWhileItsNodeWasAway() {
    start(4);
    Key border = Writers.key(3);
    split(1, border);
    cluster.awaitLevel(RANGES + 1);
    NodeId away = member(DATA, node -> node.value() != 1);
    NodeId spare = outside(DATA);
    cluster.stopNode(away.value());
    List<RangeId> both = List.of(DATA, at(border).id());
    for (RangeId range : both) {
      await()
          .atMost(60, TimeUnit.SECONDS)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                join(cluster.node(1).member().admin().moveReplica(range, away, spare));
              });
    }
    await()
        .atMost(60, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> merge(1, border).range().span().contains(border));

    LocalNode back = cluster.startNode(away.value());

    await()
        .atMost(90, TimeUnit.SECONDS)
        .until(() -> back.stored().stream().noneMatch(replica -> both.contains(replica.range())));
    join(cluster.node(1).member().admin().moveReplica(DATA, spare, away));
    cluster.awaitLevel(RANGES);
  }

  private RangeDescriptor range(RangeId id) {
    return cluster.ranges().stream()
        .map(RangeStatus::descriptor)
        .filter(range -> range.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private RangeDescriptor at(Key key) {
    return cluster.ranges().stream()
        .map(RangeStatus::descriptor)
        .filter(range -> range.span().contains(key))
        .findFirst()
        .orElseThrow();
  }

  private NodeId member(RangeId id, Predicate<NodeId> fits) {
    return range(id).members().members().stream()
        .map(Member::node)
        .filter(fits)
        .findFirst()
        .orElseThrow();
  }

  private NodeId outside(RangeId id) {
    return IntStream.rangeClosed(1, 4)
        .mapToObj(NodeId::new)
        .filter(node -> range(id).members().onNode(node).isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
