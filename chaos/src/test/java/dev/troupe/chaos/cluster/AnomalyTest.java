package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attempts at every anomaly that serializability and real-time order exclude, as interleavings of
 * transactions from different nodes, on keys of two and of three ranges that are led by different
 * nodes. Names of anomalies after Berenson et al., "A Critique of ANSI SQL Isolation Levels", and
 * Adya, "Weak Consistency".
 */
class AnomalyTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final AtomicInteger ROUND = new AtomicInteger();

  @TempDir static Path base;
  private static LocalCluster cluster;

  private static Key raw(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeAll
  static void start() {
    cluster =
        new LocalCluster(
            base, List.of(raw("b"), raw("c")), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL);
    cluster.start(3);
    int node = 1;
    for (var range : cluster.ranges()) {
      if (range.descriptor().span().overlaps(Keyspace.KV)) {
        cluster
            .node(1)
            .member()
            .admin()
            .transferLeadership(range.descriptor().id(), new NodeId(node++ % 3 + 1))
            .toCompletableFuture()
            .join();
      }
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Keys of a test's own, spread over ranges. */
  private record Keys(int ranges, int round) {
    Key at(int index) {
      return raw("abc".charAt(index % ranges) + "/" + round + "/" + index);
    }

    KeySpan span() {
      return new KeySpan(raw("a"), raw("d"));
    }
  }

  private static Keys keys(int ranges) {
    return new Keys(ranges, ROUND.incrementAndGet());
  }

  private static BlockingTxn begin(int node) {
    return new BlockingTxn(cluster.node(node));
  }

  private static void put(int node, Key key, String value) {
    KvResponse answer =
        cluster
            .node(node)
            .send(new KvRequest.Put(key, value.getBytes(StandardCharsets.UTF_8)), TIMEOUT);
    assertThat(answer).isInstanceOf(KvResponse.Written.class);
  }

  private static String get(int node, Key key) {
    KvResponse answer = cluster.node(node).send(new KvRequest.Get(key), TIMEOUT);
    assertThat(answer).isInstanceOf(KvResponse.Value.class);
    byte[] value = ((KvResponse.Value) answer).value();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static void fill(Keys keys, String value) {
    try (BlockingTxn txn = begin(1)) {
      for (int i = 0; i < keys.ranges(); i++) {
        txn.put(keys.at(i), value);
      }
      txn.mustCommit();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotWriteDirtily(int ranges) {
    Keys keys = keys(ranges);
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2)) {
      for (int i = 0; i < ranges; i++) {
        one.put(keys.at(i), "one");
        two.put(keys.at(ranges - 1 - i), "two");
      }
      var first = one.ask(new TxnRequest.Commit());
      TxnResponse second = two.commit();
      // Having locked in opposite orders, one may have had to give way; never both.
      assertThat(List.of(BlockingTxn.await(first), second))
          .anyMatch(answer -> answer instanceof TxnResponse.Committed)
          .allMatch(
              answer ->
                  answer instanceof TxnResponse.Committed
                      || (answer instanceof TxnResponse.Failed failure
                          && failure.code() == ErrorCode.DEADLOCK));
    }
    try (BlockingTxn reader = begin(3)) {
      String seen = reader.get(keys.at(0));
      for (int i = 1; i < ranges; i++) {
        assertThat(reader.get(keys.at(i))).isEqualTo(seen);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotReadWhatIsNotCommitted(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "old");
    try (BlockingTxn writer = begin(1);
        BlockingTxn reader = begin(2)) {
      for (int i = 0; i < ranges; i++) {
        writer.put(keys.at(i), "dirty");
        assertThat(reader.get(keys.at(i))).isEqualTo("old");
        assertThat(get(3, keys.at(i))).isEqualTo("old");
      }
      writer.rollback();
    }
    assertThat(get(3, keys.at(0))).isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldReadTheSameTwice(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "old");
    try (BlockingTxn reader = begin(1)) {
      assertThat(reader.get(keys.at(0))).isEqualTo("old");
      fill(keys, "new");
      for (int i = 0; i < ranges; i++) {
        // At another key it would be a skewed read (G-single).
        assertThat(reader.get(keys.at(i))).isEqualTo("old");
      }
      reader.mustCommit();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotCommitOnASkewedRead(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "old");
    try (BlockingTxn txn = begin(1)) {
      assertThat(txn.get(keys.at(0))).isEqualTo("old");
      fill(keys, "new");
      txn.put(keys.at(1), "from old").mustConflict();
    }
    assertThat(get(2, keys.at(1))).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotSeePhantoms(int ranges) {
    Keys keys = keys(ranges);
    try (BlockingTxn reader = begin(1);
        BlockingTxn writer = begin(1)) {
      int before = reader.count(keys.span());
      int seen = writer.count(keys.span());
      for (int i = 0; i < ranges; i++) {
        put(2, keys.at(i), "phantom");
      }
      assertThat(reader.count(keys.span())).isEqualTo(before);
      reader.mustCommit();
      writer.put(keys.at(ranges), String.valueOf(seen)).mustConflict();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotLoseUpdates(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "0");
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2)) {
      for (int i = 0; i < ranges; i++) {
        one.get(keys.at(i));
        two.get(keys.at(i));
        one.put(keys.at(i), "one");
        two.put(keys.at(i), "two");
      }
      one.mustCommit();
      two.mustConflict();
    }
    assertThat(get(3, keys.at(1))).isEqualTo("one");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotSkewWrites(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "on call");
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2)) {
      for (int i = 0; i < ranges; i++) {
        assertThat(one.get(keys.at(i))).isEqualTo("on call");
        assertThat(two.get(keys.at(i))).isEqualTo("on call");
      }
      one.put(keys.at(0), "off").mustCommit();
      two.put(keys.at(1), "off").mustConflict();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotSkewWritesThatArePredicated(int ranges) {
    Keys keys = keys(ranges);
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2)) {
      int counted = one.count(keys.span());
      assertThat(two.count(keys.span())).isEqualTo(counted);
      one.put(keys.at(0), "mine").mustCommit();
      two.put(keys.at(1), "mine").mustConflict();
    }
  }

  /** Fekete, O'Neil, O'Neil, "A Read-Only Transaction Anomaly Under Snapshot Isolation". */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotShowReadersAnOrderThatIsNoneLater(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "0");
    try (BlockingTxn withdrawal = begin(1)) {
      assertThat(withdrawal.get(keys.at(0))).isEqualTo("0");
      assertThat(withdrawal.get(keys.at(1))).isEqualTo("0");
      try (BlockingTxn deposit = begin(2)) {
        assertThat(deposit.get(keys.at(1))).isEqualTo("0");
        deposit.put(keys.at(1), "20").mustCommit();
      }
      try (BlockingTxn report = begin(3)) {
        assertThat(report.get(keys.at(0))).isEqualTo("0");
        assertThat(report.get(keys.at(1))).isEqualTo("20");
        report.mustCommit();
      }
      withdrawal.put(keys.at(0), "-11").mustConflict();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldNotForkHistory(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "old");
    try (BlockingTxn early = begin(1);
        BlockingTxn middle = begin(2)) {
      assertThat(early.get(keys.at(0))).isEqualTo("old");
      put(3, keys.at(0), "new");
      assertThat(middle.get(keys.at(0))).isEqualTo("new");
      assertThat(middle.get(keys.at(1))).isEqualTo("old");
      put(2, keys.at(1), "new");
      assertThat(early.get(keys.at(1))).isEqualTo("old");
      try (BlockingTxn late = begin(3)) {
        assertThat(late.get(keys.at(1))).isEqualTo("new");
        assertThat(late.get(keys.at(0))).isEqualTo("new");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldKeepToRealTime(int ranges) {
    Keys keys = keys(ranges);
    fill(keys, "0");
    for (int round = 1; round <= 20; round++) {
      String value = String.valueOf(round);
      // The order of two acknowledged writes is seen by everybody, whoever led or asked.
      try (BlockingTxn reader = begin(round % 3 + 1)) {
        String before = reader.get(keys.at(1));
        put((round + 1) % 3 + 1, keys.at(1), value);
        put(round % 3 + 1, keys.at(0), value);
        assertThat(reader.get(keys.at(0))).isEqualTo(before);
      }
      for (int i = 2; i < ranges; i++) {
        put(1, keys.at(i), value);
      }
      try (BlockingTxn reader = begin((round + 2) % 3 + 1)) {
        for (int i = 0; i < ranges; i++) {
          assertThat(reader.get(keys.at(i))).isEqualTo(value);
        }
      }
      fill(keys, value + "b");
      for (int i = 0; i < ranges; i++) {
        assertThat(get((round + i) % 3 + 1, keys.at(i))).isEqualTo(value + "b");
      }
      for (int i = 0; i < ranges; i++) {
        put(i % 3 + 1, keys.at(i), value);
      }
    }
  }
}
