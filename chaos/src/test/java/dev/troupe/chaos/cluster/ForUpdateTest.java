package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that transactions hold before they write them, and what others meet then. */
class ForUpdateTest {
  private static final AtomicInteger ROUND = new AtomicInteger();

  @TempDir static Path base;
  private static LocalCluster cluster;

  private final int round = ROUND.incrementAndGet();

  private static Key raw(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  /** A key of this test's own, in the range of the letter. */
  private Key key(String name) {
    return raw(name.charAt(0) + "/" + round + "/" + name);
  }

  @BeforeAll
  static void start() {
    cluster =
        new LocalCluster(
            base, List.of(raw("b"), raw("c")), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL);
    cluster.start(3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static BlockingTxn begin(int node) {
    return new BlockingTxn(cluster.node(node));
  }

  private void fill(String value, String... names) {
    try (BlockingTxn txn = begin(1)) {
      for (String name : names) {
        txn.put(key(name), value);
      }
      txn.mustCommit();
    }
  }

  private static ErrorCode code(TxnResponse answer) {
    assertThat(answer).isInstanceOf(TxnResponse.Failed.class);
    return ((TxnResponse.Failed) answer).code();
  }

  /**
   * Commits of two ranges have a key locked while others ask to hold it: who holds a key must see
   * what the one before it has left, or updates are lost.
   */
  @Test
  void shouldNeverLoseAnUpdateOrConflictWhenAKeyIsHeldFirst() throws Exception {
    fill("0", "a", "b");
    int each = 60;
    AtomicInteger optimistic = new AtomicInteger();
    CompletableFuture<?>[] done = {
      run(each, () -> addToBoth(1, optimistic)),
      run(each, () -> addToBoth(2, optimistic)),
      run(each, () -> addHeld(2)),
      run(each, () -> addHeld(3))
    };
    CompletableFuture.allOf(done).get(120, TimeUnit.SECONDS);
    try (BlockingTxn reader = begin(2)) {
      assertThat(reader.get(key("a"))).isEqualTo(String.valueOf(2 * each + optimistic.get()));
      assertThat(reader.get(key("b"))).isEqualTo(String.valueOf(optimistic.get()));
    }
  }

  private static CompletableFuture<Void> run(int times, Runnable action) {
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; i < times; i++) {
            action.run();
          }
        },
        command -> Thread.ofVirtual().start(command));
  }

  private void addHeld(int node) {
    try (BlockingTxn txn = begin(node)) {
      int a = Integer.parseInt(txn.getForUpdate(key("a")));
      txn.put(key("a"), String.valueOf(a + 1)).mustCommit();
    }
  }

  private void addToBoth(int node, AtomicInteger committed) {
    try (BlockingTxn txn = begin(node)) {
      int b = Integer.parseInt(txn.get(key("b")));
      int a = Integer.parseInt(txn.get(key("a")));
      txn.put(key("a"), String.valueOf(a + 1)).put(key("b"), String.valueOf(b + 1));
      TxnResponse answer = txn.commit();
      if (answer instanceof TxnResponse.Committed) {
        committed.incrementAndGet();
      } else {
        assertThat(code(answer)).isEqualTo(ErrorCode.TXN_CONFLICT);
      }
    }
  }
}
