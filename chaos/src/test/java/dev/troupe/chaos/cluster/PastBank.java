package dev.troupe.chaos.cluster;

import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Accounts in three ranges between which money is moved, and readers that read all of them at
 * moments of the past, on every node: at every moment nothing is missing and nothing too much, and
 * whoever looks at the same moment sees the same rows.
 */
final class PastBank implements AutoCloseable {
  private static final int ACCOUNTS = 12;
  private static final long EACH = 100;
  private static final int AGAIN = 60;
  private static final KeySpan ALL = new KeySpan(key("a"), key("d"));

  private final LocalCluster cluster;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Timestamp, List<String>> seen = new ConcurrentHashMap<>();
  private final AtomicReference<Timestamp> recent = new AtomicReference<>(Timestamp.MIN);
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong again = new AtomicLong();

  PastBank(LocalCluster cluster) {
    this.cluster = cluster;
  }

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private static Key account(int number) {
    return key("abc".charAt(number % 3) + "/" + number);
  }

  void open() {
    try (var txn = new BlockingTxn(cluster.node(1))) {
      for (int i = 0; i < ACCOUNTS; i++) {
        txn.put(account(i), "" + EACH);
      }
      txn.mustCommit();
    }
    recent.set(PastReads.draw(cluster.node(1)));
  }

  void start() {
    for (int i = 0; i < 3; i++) {
      int node = i + 1;
      threads.add(Thread.ofVirtual().start(() -> move(node)));
      threads.add(Thread.ofVirtual().start(() -> read(node)));
    }
    threads.add(Thread.ofVirtual().start(this::drawOn));
  }

  /** Keeps a recent moment at hand, from whichever node can tell. */
  private void drawOn() {
    var random = new Random(7);
    while (!stop.get()) {
      Timestamp now = PastReads.draw(cluster.node(1 + random.nextInt(3)));
      if (now != null) {
        recent.accumulateAndGet(now, Timestamp::max);
      }
    }
  }

  private void move(int node) {
    var random = new Random(node);
    while (!stop.get()) {
      int from = random.nextInt(ACCOUNTS);
      int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
      try (var txn = new BlockingTxn(cluster.node(node), Duration.ofSeconds(3))) {
        long there = amount(txn, from);
        long here = amount(txn, to);
        txn.ask(put(from, there - 1));
        txn.ask(put(to, here + 1));
        if (txn.commit() instanceof TxnResponse.Committed) {
          commits.incrementAndGet();
        }
      } catch (Refused refused) {
        // Somebody else was in the way, or the node is cut off.
      }
    }
  }

  private static final class Refused extends Exception {}

  private static TxnRequest put(int account, long amount) {
    return new TxnRequest.Put(account(account), ("" + amount).getBytes(StandardCharsets.UTF_8));
  }

  private static long amount(BlockingTxn txn, int account) throws Refused {
    TxnResponse answer = txn.send(new TxnRequest.Get(account(account), TxnRequest.Lock.NONE));
    if (answer instanceof TxnResponse.Value value && value.value() != null) {
      return Long.parseLong(new String(value.value(), StandardCharsets.UTF_8));
    }
    throw new Refused();
  }

  private void read(int node) {
    var random = new Random(100 + node);
    List<Timestamp> known = new ArrayList<>();
    while (!stop.get()) {
      Timestamp now = recent.get();
      known.add(now);
      Timestamp at = random.nextInt(3) > 0 ? now : known.get(random.nextInt(known.size()));
      check(node, at);
    }
  }

  private boolean check(int node, Timestamp at) {
    List<String> rows = PastReads.rows(cluster.node(node), ALL, at);
    if (rows == null) {
      unanswered.incrementAndGet();
      return false;
    }
    reads.incrementAndGet();
    if (rows.size() != ACCOUNTS || PastReads.sum(rows) != ACCOUNTS * EACH) {
      violations.add("node " + node + " saw at " + at + " " + rows);
    }
    List<String> before = seen.putIfAbsent(at, rows);
    if (before != null) {
      again.incrementAndGet();
      if (!before.equals(rows)) {
        violations.add("node " + node + " saw at " + at + " " + rows + ", others " + before);
      }
    }
    return true;
  }

  void awaitReads(int more) {
    long before = reads.get();
    await().atMost(60, TimeUnit.SECONDS).until(() -> reads.get() >= before + more);
  }

  /** Many of the moments once more, on every node and from the leaders. */
  void readAgain() {
    List<Timestamp> moments = new ArrayList<>(seen.keySet());
    moments.sort(null);
    int step = Math.max(1, moments.size() / AGAIN);
    for (int i = 0; i < moments.size(); i += step) {
      readAgain(moments.get(i), seen.get(moments.get(i)));
    }
  }

  private void readAgain(Timestamp at, List<String> rows) {
    for (int node = 1; node <= 3; node++) {
      int here = node;
      await().atMost(20, TimeUnit.SECONDS).until(() -> check(here, at));
    }
    List<String> leaders = PastReads.leaderRows(cluster.node(1), ALL, at);
    if (!leaders.equals(rows)) {
      violations.add("leaders say at " + at + " " + leaders + ", others said " + rows);
    }
  }

  List<String> violations() {
    return violations;
  }

  long commits() {
    return commits.get();
  }

  String summary() {
    long served = 0;
    long waited = 0;
    long redirected = 0;
    for (int node = 1; node <= 3; node++) {
      var metrics = cluster.node(node).member().followers().metrics();
      served += metrics.served();
      waited += metrics.waited();
      redirected += metrics.redirected();
    }
    return "%d moments, %d reads (%d of moments seen before), %d unanswered, %d commits; pages: %d served, %d waited, %d redirected"
        .formatted(
            seen.size(),
            reads.get(),
            again.get(),
            unanswered.get(),
            commits.get(),
            served,
            waited,
            redirected);
  }

  @Override
  public void close() {
    stop.set(true);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
  }
}
