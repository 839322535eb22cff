package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of the past from every replica, while everything goes wrong and while nothing does. */
class FollowerReadTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path base;

  private final Links links = new Links();
  private LocalCluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Key raw(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private void started(int nodes, String... splits) {
    cluster =
        new LocalCluster(
            base,
            List.of(splits).stream().map(FollowerReadTest::raw).toList(),
            ReplicaSettings.DEFAULTS,
            links);
    cluster.start(nodes);
  }

  private List<RangeStatus> data() {
    return cluster.ranges().stream()
        .filter(r -> r.descriptor().span().overlaps(Keyspace.KV))
        .toList();
  }

  private int leader(RangeId range) {
    return await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                cluster.ranges().stream()
                    .filter(r -> r.descriptor().id().equals(range) && r.leader() != null)
                    .map(r -> r.leader().value())
                    .findFirst()
                    .orElse(0),
            node -> node != 0);
  }

  private void transfer(RangeId range, int node) {
    cluster
        .node(node)
        .member()
        .admin()
        .transferLeadership(range, new NodeId(node))
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private void put(int node, String key, String value) {
    assertThat(
            cluster
                .node(node)
                .send(new KvRequest.Put(raw(key), value.getBytes(StandardCharsets.UTF_8)), TIMEOUT))
        .isInstanceOf(KvResponse.Written.class);
  }

  private static String text(FollowerReads.Answer answer) {
    assertThat(answer.response()).isInstanceOf(KvResponse.Value.class);
    byte[] value = ((KvResponse.Value) answer.response()).value();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private FollowerReads.Answer staleGet(int node, String key, Duration maxStaleness) {
    return PastReads.stale(
        cluster.node(node), new KvRequest.Get(raw(key)), maxStaleness, Duration.ofSeconds(3));
  }

  private long published() {
    long all = 0;
    for (int node = 1; node <= 3; node++) {
      all += cluster.node(node).member().followers().metrics().published();
    }
    return all;
  }

  @Test
  void shouldReadEveryMomentFromEveryReplica() {
    started(3, "b");
    put(1, "a/1", "one");
    put(1, "b/1", "other");
    Timestamp first = PastReads.draw(cluster.node(2));
    put(2, "a/1", "two");
    Timestamp second = PastReads.draw(cluster.node(3));
    for (int node = 1; node <= 3; node++) {
      NodeId self = new NodeId(node);
      LocalNode here = cluster.node(node);
      var before = PastReads.exact(here, new KvRequest.Get(raw("a/1"), first), TIMEOUT);
      var after = PastReads.exact(here, new KvRequest.Get(raw("a/1"), second), TIMEOUT);
      assertThat(text(before)).isEqualTo("one");
      assertThat(before.node()).isEqualTo(self);
      assertThat(before.at()).isEqualTo(first);
      assertThat(text(after)).isEqualTo("two");
      assertThat(after.node()).isEqualTo(self);
      assertThat(PastReads.rows(here, new KeySpan(raw("a"), raw("c")), first))
          .isEqualTo(PastReads.leaderRows(cluster.node(1), new KeySpan(raw("a"), raw("c")), first))
          .hasSize(2);
    }
    // What is only followed answers without a leader's help.
    assertThat(
            List.of(1, 2, 3).stream()
                .mapToLong(n -> cluster.node(n).member().followers().metrics().served())
                .sum())
        .isPositive();
  }

  @Test
  void shouldRefuseTimestampsThatWereNotGivenOut() {
    started(3);
    put(1, "k", "v");
    Timestamp now = PastReads.draw(cluster.node(1));
    Timestamp later = new Timestamp(now.value() + (3_600_000L << Timestamp.COUNTER_BITS));
    for (int node = 1; node <= 3; node++) {
      var answer = PastReads.exact(cluster.node(node), new KvRequest.Get(raw("k"), later), TIMEOUT);
      assertThat(answer.response()).isInstanceOf(KvResponse.Failed.class);
      assertThat(((KvResponse.Failed) answer.response()).code())
          .isEqualTo(ErrorCode.TIMESTAMP_IN_FUTURE);
    }
    var none = PastReads.exact(cluster.node(1), new KvRequest.Get(raw("k")), TIMEOUT);
    assertThat(((KvResponse.Failed) none.response()).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    var system =
        PastReads.exact(cluster.node(1), new KvRequest.Get(Keyspace.NEXT_NODE_ID, now), TIMEOUT);
    assertThat(((KvResponse.Failed) system.response()).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void shouldBeNoOlderThanAllowedAndSilentWhenNobodyReads() {
    started(3);
    put(1, "k", "v1");
    assertThat(published()).isZero();
    Duration allowed = Duration.ofSeconds(2);
    for (int i = 0; i < 30; i++) {
      put(1, "k", "v" + i);
      int node = i % 3 + 1;
      // What was acknowledged longer ago than that must be seen; later writes may be.
      var answer = staleGet(node, "k", allowed);
      long age = PastReads.draw(cluster.node(1)).millis() - answer.at().millis();
      assertThat(age).isLessThan(allowed.toMillis() + 1_000);
      assertThat(answer.node()).isEqualTo(new NodeId(node));
    }
    // While it is read the past comes closer by itself.
    long before = published();
    await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              staleGet(1, "k", allowed);
              staleGet(2, "k", allowed);
              staleGet(3, "k", allowed);
              return published() > before + 4;
            });
    // Interest ends by itself, and then nothing flows.
    await()
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(2, TimeUnit.SECONDS)
        .until(this::published, new Unchanged()::isSame);
  }

  /** True for a number that is the same as the one before. */
  private static final class Unchanged {
    private long last = -1;

    boolean isSame(long now) {
      boolean same = now == last;
      last = now;
      return same;
    }
  }

  @Test
  void shouldServeStaleReadsOnBothSidesWhileTheLeaderIsCutOff() {
    started(3);
    RangeId range = data().getFirst().descriptor().id();
    put(1, "k", "v");
    Duration allowed = Duration.ofSeconds(60);
    // A follower hears a little later than the writer that a write is committed.
    for (int node = 1; node <= 3; node++) {
      int here = node;
      await()
          .atMost(20, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                var answer = staleGet(here, "k", allowed);
                assertThat(text(answer)).isEqualTo("v");
                assertThat(answer.node()).isEqualTo(new NodeId(here));
              });
    }
    int old = leader(range);
    links.isolate(old);
    long cut = System.nanoTime();
    long slowest = 0;
    while (System.nanoTime() - cut < TimeUnit.SECONDS.toNanos(3)) {
      for (int node = 1; node <= 3; node++) {
        long begun = System.nanoTime();
        var answer = staleGet(node, "k", allowed);
        slowest = Math.max(slowest, System.nanoTime() - begun);
        assertThat(text(answer)).isEqualTo("v");
        assertThat(answer.node()).isEqualTo(new NodeId(node));
      }
    }
    System.out.println("slowest stale read " + slowest / 1_000_000 + " ms while cut off");
    assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
    // The side without a majority never shows what it cannot vouch for.
    int other = old % 3 + 1;
    await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> put(other, "k", "new"));
    Timestamp now = PastReads.draw(cluster.node(other));
    var refused =
        PastReads.exact(cluster.node(old), new KvRequest.Get(raw("k"), now), Duration.ofSeconds(2));
    assertThat(refused.response()).isInstanceOf(KvResponse.Failed.class);
    links.heal();
    await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        text(
                            PastReads.exact(
                                cluster.node(old), new KvRequest.Get(raw("k"), now), TIMEOUT)))
                    .isEqualTo("new"));
  }

  @Test
  void shouldAskTheNextReplicaWhenTheNearestIsGone() {
    started(4);
    RangeStatus range = data().getFirst();
    int outside =
        List.of(1, 2, 3, 4).stream()
            .filter(n -> range.descriptor().members().onNode(new NodeId(n)).isEmpty())
            .findFirst()
            .orElseThrow();
    put(outside, "k", "v");
    Timestamp now = PastReads.draw(cluster.node(outside));
    var get = new KvRequest.Get(raw("k"), now);
    LocalNode here = cluster.node(outside);
    AtomicInteger nearest = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      var answer = PastReads.exact(here, get, TIMEOUT);
      assertThat(text(answer)).isEqualTo("v");
      nearest.set(answer.node().value());
    }
    links.isolate(nearest.get());
    for (int i = 0; i < 5; i++) {
      var answer = PastReads.exact(here, get, TIMEOUT);
      assertThat(text(answer)).isEqualTo("v");
      assertThat(answer.node().value()).isNotEqualTo(nearest.get());
    }
  }

  @Test
  void shouldGiveTheSameAnswerOnEveryReplicaAtAnyTimeWhateverHappens() {
    started(3, "b", "c");
    var bank = new PastBank(cluster);
    bank.open();
    try (bank) {
      bank.start();
      for (int round = 0; round < 3; round++) {
        for (RangeStatus range : data()) {
          transfer(range.descriptor().id(), leader(range.descriptor().id()) % 3 + 1);
        }
        bank.awaitReads(60);
        // Timestamps arrive late at one leader, but not what others have to say about later ones.
        links.slow(round % 3 + 1, (round + 1) % 3 + 1, Duration.ofMillis(20));
        bank.awaitReads(120);
        links.heal();
        links.isolate(round % 3 + 1);
        bank.awaitReads(60);
        links.heal();
        bank.awaitReads(60);
      }
    }
    System.out.println(bank.summary());
    assertThat(bank.violations()).isEmpty();
    assertThat(bank.commits()).isGreaterThan(50);
    bank.readAgain();
    assertThat(bank.violations()).isEmpty();
  }
}
