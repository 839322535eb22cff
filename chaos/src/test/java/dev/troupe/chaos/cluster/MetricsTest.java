package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.MemberMetrics;
import dev.troupe.cluster.ReplicaCensus;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What nodes say of themselves while things go wrong. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MetricsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(LocalNode node, String name) {
    assertThat(node.send(new KvRequest.Put(key(name), new byte[] {1}), PATIENCE))
        .isInstanceOf(KvResponse.Written.class);
  }

  private static ReplicaCensus census(LocalCluster cluster, int node) {
    return cluster.node(node).member().metrics().census();
  }

  private static long sum(LocalCluster cluster, ToLongFunction<MemberMetrics> count) {
    return IntStream.rangeClosed(1, 3)
        .mapToLong(node -> count.applyAsLong(cluster.node(node).member().metrics()))
        .sum();
  }

  private static TxnResponse execute(LocalNode node, TxnRequest.Operation... operations) {
    var answer = new CompletableFuture<TxnResponse>();
    var request =
        new TxnRequest.OneShot(
            new TxnId(1, SystemClocks.random().nextLong(Long.MAX_VALUE)),
            Transactions.JUST_NOW,
            List.of(),
            List.of(operations),
            List.of());
    node.member()
        .transactions()
        .execute(request, SystemClocks.monotonic().nanos() + PATIENCE.toNanos(), answer::complete);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldTellLagOfFollowersAndLossesOfNodes(@TempDir Path base) {
    var links = new Links();
    try (var cluster =
        new LocalCluster(base, List.of(key("m")), ReplicaSettings.DEFAULTS, links).start(3)) {
      put(cluster.node(1), "a");
      assertThat(sum(cluster, member -> member.census().leaders())).isEqualTo(4);
      assertThat(sum(cluster, member -> member.census().replicas())).isEqualTo(12);
      assertThat(sum(cluster, member -> member.census().underReplicated())).isZero();
      assertThat(sum(cluster, member -> member.ranges().applied().count())).isPositive();

      links.isolate(3);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                put(cluster.node(1), "b");
                long lag = 0;
                for (int node = 1; node <= 2; node++) {
                  lag = Math.max(lag, census(cluster, node).followerLagNanos());
                }
                return lag > 1_500_000_000L;
              });
      assertThat(sum(cluster, member -> member.ranges().campaigns()))
          .as("node 3 hears nobody, and so do the followers of what it led")
          .isPositive();
      links.heal();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> sum(cluster, member -> member.census().followerLagNanos()) == 0);

      cluster.stopNode(3);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  census(cluster, 1).underReplicated() + census(cluster, 2).underReplicated() == 4);
      assertThat(census(cluster, 1).unavailable() + census(cluster, 2).unavailable()).isZero();
      cluster.stopNode(2);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> census(cluster, 1).unavailable() == 4);
    }
  }

  @Test
  void shouldCountTransactionsByTheirEnds(@TempDir Path base) {
    try (var cluster =
        new LocalCluster(base, List.of(key("m")), ReplicaSettings.DEFAULTS, new Links()).start(3)) {
      LocalNode node = cluster.node(1);
      put(node, "a");
      put(node, "z");
      var counts = node.member().metrics().transactions();
      byte[] value = {2};

      assertThat(execute(node, new TxnRequest.Put(key("a"), value)))
          .isInstanceOf(TxnResponse.OneShotDone.class);
      assertThat(counts.oneRound()).isEqualTo(1);
      assertThat(
              execute(
                  node, new TxnRequest.Put(key("a"), value), new TxnRequest.Put(key("z"), value)))
          .isInstanceOf(TxnResponse.OneShotDone.class);
      assertThat(counts.twoRounds()).isEqualTo(1);
      assertThat(execute(node, new TxnRequest.Get(key("a"), TxnRequest.Lock.NONE)))
          .isInstanceOf(TxnResponse.OneShotDone.class);
      assertThat(counts.readOnly()).isEqualTo(1);
      assertThat(counts.begun()).isEqualTo(3);
    }
  }
}
