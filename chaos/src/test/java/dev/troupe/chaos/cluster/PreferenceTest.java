package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One transaction among many that all want the same key. */
class PreferenceTest {
  private static final int CROWD = 16;
  private static final int ROUNDS = 10;

  /** The first loses, the second locks what it reads; a deadlock may take one more. */
  private static final int ATTEMPTS_MAX = 3;

  private static final Key HOT = key("a/hot");
  private static final Key FAR = key("b/far");

  @TempDir Path base;
  private LocalCluster cluster;

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void start() {
    cluster =
        new LocalCluster(base, List.of(key("b")), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL);
    cluster.start(3);
    try (BlockingTxn txn = new BlockingTxn(cluster.node(1))) {
      txn.put(HOT, "0").put(FAR, "0").mustCommit();
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** One attempt; true when it has committed. Locks what it reads once it has lost. */
  private boolean addOne(int node, int losses, Runnable between) {
    TxnRequest.Lock lock = losses > 0 ? TxnRequest.Lock.WAIT : TxnRequest.Lock.NONE;
    try (BlockingTxn txn = new BlockingTxn(cluster.node(node), BlockingTxn.TIMEOUT, losses)) {
      List<Integer> values = new ArrayList<>();
      for (Key key : List.of(HOT, FAR)) {
        if (!(txn.send(new TxnRequest.Get(key, lock)) instanceof TxnResponse.Value read)) {
          return false;
        }
        values.add(Integer.parseInt(String.valueOf(BlockingTxn.text(read))));
      }
      between.run();
      txn.put(HOT, String.valueOf(values.get(0) + 1));
      txn.put(FAR, String.valueOf(values.get(1) + 1));
      return txn.send(new TxnRequest.Commit()) instanceof TxnResponse.Committed;
    }
  }

  private int addOneAtLast(int node, Runnable between) {
    int attempts = 1;
    while (!addOne(node, attempts - 1, between)) {
      attempts++;
    }
    return attempts;
  }

  /** Until somebody of the crowd has committed. */
  private static void awaitAnother(Semaphore committed) {
    committed.drainPermits();
    committed.acquireUninterruptibly();
  }

  @Test
  void shouldCommitWithinFewAttemptsWhateverTheCrowdDoes() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger commits = new AtomicInteger();
    Semaphore committed = new Semaphore(0);
    List<CompletableFuture<Void>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      int node = i % 3 + 1;
      crowd.add(
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  addOneAtLast(node, () -> {});
                  commits.incrementAndGet();
                  committed.release();
                }
              },
              command -> Thread.ofVirtual().start(command)));
    }
    List<Integer> attempts = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      // Slow to commit: without a lock somebody of the crowd is always faster.
      AtomicBoolean first = new AtomicBoolean(true);
      attempts.add(
          addOneAtLast(
              2,
              () -> {
                if (first.getAndSet(false)) {
                  awaitAnother(committed);
                }
              }));
    }
    over.set(true);
    CompletableFuture.allOf(crowd.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

    assertThat(attempts).allMatch(count -> count >= 2 && count <= ATTEMPTS_MAX);
    try (BlockingTxn reader = new BlockingTxn(cluster.node(3))) {
      String all = String.valueOf(commits.get() + ROUNDS);
      assertThat(reader.get(HOT)).isEqualTo(all);
      assertThat(reader.get(FAR)).isEqualTo(all);
    }
  }
}
