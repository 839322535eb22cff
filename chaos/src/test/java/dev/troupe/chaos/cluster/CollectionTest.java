package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gc.CollectionSettings;
import dev.troupe.gc.ProtectedTimestamps;
import dev.troupe.gc.Protection;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old versions go from every node, and nothing that may still be read. */
class CollectionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int KEYS = 20;
  private static final int ROUNDS = 30;
  private static final String PADDING = " ".repeat(2_000);
  private static final Duration RETENTION = Duration.ofSeconds(2);
  private static final CollectionSettings QUICK =
      new CollectionSettings(RETENTION, Map.of(), Duration.ofMillis(100), 100_000, 8 << 20);

  @TempDir Path base;

  private LocalCluster cluster() {
    return cluster(ReplicaSettings.DEFAULTS);
  }

  private LocalCluster cluster(ReplicaSettings settings) {
    return new LocalCluster(base, List.of(), settings, LinkFilter.PASS_ALL).keeping(QUICK);
  }

  /** Ranges fall silent long before their last versions are old, and keep hardly a log. */
  private static ReplicaSettings silentWithShortLogs() {
    return ReplicaSettings.DEFAULTS
        .withQuiesceAfter(Duration.ofMillis(500))
        .withLogRetainedBytes(1 << 18);
  }

  private static Key key(int number) {
    return Keyspace.kv("default", ("k%03d".formatted(number)).getBytes(StandardCharsets.UTF_8));
  }

  private static KeySpan all() {
    return Keyspace.kvNamespace("default");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void overwrite(LocalNode node, int from, int to) {
    for (int round = from; round < to; round++) {
      for (int key = 0; key < KEYS; key++) {
        KvResponse written =
            node.send(new KvRequest.Put(key(key), bytes("v" + round + PADDING)), TIMEOUT);
        assertThat(written).isInstanceOf(KvResponse.Written.class);
      }
    }
  }

  private static long deadline() {
    return SystemClocks.monotonic().nanos() + TIMEOUT.toNanos();
  }

  private static <T> T await(Consumer<Consumer<T>> call) {
    var answer = new CompletableFuture<T>();
    call.accept(answer::complete);
    return answer.orTimeout(TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS).join();
  }

  private static Timestamp now(LocalNode node) {
    TimestampSource.Drawn drawn =
        await(reply -> node.member().timestamps().draw(1, deadline(), reply));
    return ((TimestampSource.Drawn.Granted) drawn).first();
  }

  /** Versions of all keys that a node has on its disk. */
  private static long versions(LocalNode node) {
    long versions = 0;
    StateStore state = node.engine().state();
    for (int key = 0; key < KEYS; key++) {
      StateStore.Version version = newest(state, key, Timestamp.MAX);
      while (version != null) {
        versions++;
        version = newest(state, key, new Timestamp(version.timestamp().value() - 1));
      }
    }
    return versions;
  }

  private static StateStore.Version newest(StateStore state, int key, Timestamp upTo) {
    return state.newest(key(key), upTo, StateStore.ReadMode.MAY_BLOCK);
  }

  private static void awaitOneVersionOfEachKey(LocalNode node) {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> versions(node), versions -> versions == KEYS);
  }

  private static KvResponse readAt(LocalNode node, Timestamp at) {
    return node.send(new KvRequest.Get(key(0), at), TIMEOUT);
  }

  private static String value(KvResponse response) {
    assertThat(response).isInstanceOf(KvResponse.Value.class);
    return new String(((KvResponse.Value) response).value(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void shouldGiveTheSpaceOfOldVersionsBackOnEveryNodeAndKeepWhatIsReadable() {
    try (LocalCluster cluster = cluster().start(3)) {
      LocalNode node = cluster.node(1);
      overwrite(node, 0, 1);
      Timestamp early = now(node);
      BlockingTxn old = new BlockingTxn(node);
      assertThat(old.get(key(0))).isEqualTo("v0" + PADDING);
      overwrite(node, 1, ROUNDS);

      for (int id = 1; id <= 3; id++) {
        awaitOneVersionOfEachKey(cluster.node(id));
        assertThat(cluster.node(id).member().metrics().collected().versionsRemoved())
            .isGreaterThanOrEqualTo((long) KEYS * (ROUNDS - 1));
      }

      assertThat(((KvResponse.Failed) readAt(node, early)).code())
          .isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
      TxnResponse late = old.send(new TxnRequest.Get(key(1), TxnRequest.Lock.NONE));
      assertThat(((TxnResponse.Failed) late).code()).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
      old.close();
      assertThat(value(readAt(node, now(node)))).isEqualTo("v" + (ROUNDS - 1));
    }
  }

  @Test
  void shouldNotChangeWhatAnOpenTransactionReadsWhileOthersOverwrite() {
    var patient =
        new CollectionSettings(RETENTION.multipliedBy(4), Map.of(), QUICK.look(), 100_000, 8 << 20);
    try (LocalCluster cluster = cluster().keeping(patient).start(1)) {
      LocalNode node = cluster.node(1);
      for (int round = 0; round < 60; round++) {
        overwrite(node, round, round + 1);
        try (BlockingTxn reader = new BlockingTxn(node)) {
          assertThat(reader.get(key(0))).isEqualTo("v" + round + PADDING);
          overwrite(node, 1_000 + round, 1_001 + round);
          for (int key = 0; key < KEYS; key++) {
            assertThat(reader.get(key(key))).isEqualTo("v" + round + PADDING);
          }
          assertThat(reader.count(all())).isEqualTo(KEYS);
          reader.rollback();
        }
      }
      awaitOneVersionOfEachKey(node);
    }
  }

  @Test
  void shouldCollectOnAFollowerThatWasAwayAndAfterRestarts() {
    try (LocalCluster cluster = cluster().start(3)) {
      overwrite(cluster.node(1), 0, 5);
      cluster.stopNode(3);
      overwrite(cluster.node(1), 5, ROUNDS);
      awaitOneVersionOfEachKey(cluster.node(1));
      awaitOneVersionOfEachKey(cluster.node(2));

      cluster.startNode(3);
      awaitOneVersionOfEachKey(cluster.node(3));
      cluster.stopNode(2);
      overwrite(cluster.node(1), ROUNDS, ROUNDS + 5);
      cluster.startNode(2);
      for (int id = 1; id <= 3; id++) {
        awaitOneVersionOfEachKey(cluster.node(id));
        assertThat(value(readAt(cluster.node(id), now(cluster.node(id)))))
            .isEqualTo("v" + (ROUNDS + 4));
      }
    }
  }

  @Test
  void shouldCollectInRangesThatHaveFallenSilentAndAfterASnapshot() {
    try (LocalCluster cluster = cluster(silentWithShortLogs()).start(3)) {
      cluster.stopNode(3);
      overwrite(cluster.node(1), 0, ROUNDS);
      awaitOneVersionOfEachKey(cluster.node(1));
      awaitOneVersionOfEachKey(cluster.node(2));
      RangeId range = new RangeId(2);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> cluster.ranges(), ranges -> logEntries(ranges, range) < KEYS * ROUNDS / 2);

      cluster.startNode(3);

      awaitOneVersionOfEachKey(cluster.node(3));
      assertThat(value(readAt(cluster.node(3), now(cluster.node(3)))))
          .isEqualTo("v" + (ROUNDS - 1));
    }
  }

  private static long logEntries(List<RangeStatus> ranges, RangeId range) {
    return ranges.stream()
        .filter(status -> status.descriptor().id().equals(range))
        .findFirst()
        .orElseThrow()
        .logEntries();
  }

  @Test
  void shouldMakeAStoreAsSmallAsItsNewestVersions() {
    try (LocalCluster cluster = cluster().start(1)) {
      LocalNode node = cluster.node(1);
      var random = new SplittableRandom(1);
      byte[] value = new byte[64 << 10];
      for (int round = 0; round < ROUNDS; round++) {
        for (int key = 0; key < KEYS; key++) {
          random.nextBytes(value);
          node.send(new KvRequest.Put(key(key), value.clone()), TIMEOUT);
        }
      }
      long newest = (long) KEYS * value.length;
      awaitOneVersionOfEachKey(node);

      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () -> node.engine().state().approximateBytes(KeySpan.ALL),
              bytes -> bytes < newest * ROUNDS / 3);
    }
  }

  @Test
  void shouldKeepWhatIsProtectedUntilItIsReleased() {
    try (LocalCluster cluster = cluster().start(3)) {
      LocalNode node = cluster.node(1);
      overwrite(node, 0, 1);
      Timestamp at = now(node);
      ProtectedTimestamps protections = node.member().protections();
      ProtectedTimestamps.Result kept =
          await(r -> protections.protect(new Protection("b", all(), at), deadline(), r));
      assertThat(kept).isInstanceOf(ProtectedTimestamps.Result.Done.class);
      overwrite(node, 1, ROUNDS);

      // Without the protection all would be gone by then.
      Timestamp passed = now(node);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> now(node).millis() - passed.millis() > 2 * RETENTION.toMillis());
      assertThat(value(readAt(node, at))).isEqualTo("v0");
      assertThat(versions(node)).isEqualTo((long) KEYS * ROUNDS);
      List<Protection> listed = await(r -> protections.list(deadline(), r));
      assertThat(listed).containsExactly(new Protection("b", all(), at));

      ProtectedTimestamps.Result released = await(r -> protections.release("b", deadline(), r));
      assertThat(released).isInstanceOf(ProtectedTimestamps.Result.Done.class);
      awaitOneVersionOfEachKey(node);
      ProtectedTimestamps.Result late =
          await(r -> protections.protect(new Protection("c", all(), at), deadline(), r));
      assertThat(((ProtectedTimestamps.Result.Failed) late).code())
          .isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
      List<Protection> none = await(r -> protections.list(deadline(), r));
      assertThat(none).isEmpty();
    }
  }
}
