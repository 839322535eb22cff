package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whether what relies on a version of the catalog is committed while that is in force. */
class CatalogLeasesTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final TxnRequest VERSION_READ = new TxnRequest.Get(CatalogKeys.VERSION, Lock.NONE);
  private static final Duration BEYOND = CatalogLeases.LENGTH.plusSeconds(1);

  private final MemoryStore store = new MemoryStore();
  private final Map<NodeId, Node> nodes = new ConcurrentHashMap<>();
  private final AtomicLong lives = new AtomicLong();

  /** A node's memory of the catalog; a node that is silent hears nothing and says nothing. */
  private final class Node implements SessionSignals {
    private final NodeId id;
    final CatalogStore catalog;
    private final Queue<Runnable> background = new ConcurrentLinkedQueue<>();
    private Consumer<Signal> listener = signal -> {};
    volatile boolean silent;

    Node(int number) {
      id = new NodeId(number);
      catalog =
          new CatalogStore(
              new CatalogLeases(
                  new CatalogLeases.Ports(
                      store.transactions(), this, lives.incrementAndGet(), background::add)));
      nodes.put(id, this);
    }

    @Override
    public NodeId self() {
      return id;
    }

    @Override
    public void send(NodeId to, Signal signal) {
      Node receiver = nodes.get(to);
      if (!silent && !receiver.silent) {
        receiver.listener.accept(signal);
      }
    }

    @Override
    public void listen(Consumer<Signal> local) {
      listener = local;
    }

    void runBackground() {
      for (Runnable task = background.poll(); task != null; task = background.poll()) {
        task.run();
      }
    }

    KvTransaction begin() {
      return store.transactions().begin(LONG);
    }

    /** Whether a transaction was spared the read of the version. */
    boolean relies() {
      int before = store.asked.size();
      KvTransaction transaction = begin();
      catalog.read(transaction, Lock.NONE);
      transaction.rollback();
      boolean relied = store.asked.stream().skip(before).noneMatch(VERSION_READ::equals);
      runBackground();
      return relied;
    }

    /** Has so many transactions that it takes a lease. */
    void warmUp() {
      for (int i = 0; i < 1_000 && !relies(); i++) {
        store.passes(Duration.ofMillis(1));
      }
      assertThat(relies()).isTrue();
    }

    /** Makes the next version. */
    void change() {
      KvTransaction transaction = begin();
      CatalogSnapshot base = catalog.read(transaction, Lock.WAIT);
      new CatalogChanges(transaction, catalog.leases(), base)
          .put(CatalogSnapshot.INITIAL.entries().iterator().next());
      transaction.commit();
    }
  }

  private static SqlState refusal(KvTransaction transaction) {
    return catchThrowableOfType(SqlException.class, transaction::commit).state();
  }

  private static byte[] bytes(long number) {
    return new ByteWriter(8).putLong(number).toBytes();
  }

  @Test
  void shouldSpareTheReadOfTheVersionOnceThatIsWorthIt() {
    Node node = new Node(1);
    assertThat(node.relies()).isFalse();
    node.warmUp();

    KvTransaction writer = node.begin();
    assertThat(node.catalog.read(writer, Lock.NONE).version()).isZero();
    writer.put(Key.of("x"), bytes(1));
    writer.commit();
    assertThat(store.content()).containsKey(Key.of("x"));

    store.passes(BEYOND);
    assertThat(node.relies()).isFalse();
  }

  @Test
  void shouldGetTheNextLeaseBeforeOneEnds() {
    Node node = new Node(1);
    node.warmUp();
    for (int i = 0; i < 20; i++) {
      store.passes(CatalogLeases.LENGTH.dividedBy(3));
      assertThat(node.relies()).isTrue();
    }
  }

  @Test
  void shouldTakeBackLeasesOfAllNodesBeforeTheCatalogChanges() {
    Node one = new Node(1);
    Node other = new Node(2);
    one.warmUp();
    other.warmUp();
    KvTransaction late = other.begin();
    other.catalog.read(late, Lock.NONE);
    late.put(Key.of("x"), bytes(1));

    one.change();

    // It finds out by itself that it has to look, and what has changed.
    assertThat(refusal(late)).isEqualTo(SqlState.SERIALIZATION_FAILURE);
    assertThat(one.relies()).isFalse();
    assertThat(other.relies()).isFalse();
    assertThat(other.catalog.newestVersion()).isEqualTo(1);
    store.passes(Duration.ofMillis(1));
    other.warmUp();
  }

  @Test
  void shouldCommitWhatHasNotMetAChangeAfterTheLeaseWasTakenBack() {
    Node node = new Node(1);
    node.warmUp();
    KvTransaction late = node.begin();
    node.catalog.read(late, Lock.NONE);
    late.put(Key.of("x"), bytes(1));
    KvTransaction given = node.begin();
    node.catalog.leases().endAll(given);
    given.rollback();

    late.commit();

    assertThat(store.content()).containsKey(Key.of("x"));
  }

  private CompletableFuture<Void> changeBy(Node node) {
    var changed = new CompletableFuture<Void>();
    Thread.startVirtualThread(
        () -> {
          try {
            node.change();
            changed.complete(null);
          } catch (Throwable e) {
            changed.completeExceptionally(e);
          }
        });
    return changed;
  }

  @Test
  void shouldWaitForASilentNodeUntilItsLeaseHasRunOut() {
    Node one = new Node(1);
    Node silent = new Node(2);
    silent.warmUp();
    KvTransaction stopped = silent.begin();
    silent.catalog.read(stopped, Lock.NONE);
    stopped.put(Key.of("x"), bytes(1));
    silent.silent = true;

    CompletableFuture<Void> changed = changeBy(one);
    assertThat(changed.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS)).isNotDone();
    store.passes(BEYOND);
    changed.orTimeout(20, TimeUnit.SECONDS).join();

    // It goes on as if nothing had happened.
    assertThat(refusal(stopped)).isEqualTo(SqlState.SERIALIZATION_FAILURE);
    assertThat(store.content()).doesNotContainKey(Key.of("x"));
  }

  @Test
  void shouldWaitForCommitsThatAreUnderWay() {
    var lease = new CatalogLease(1, Timestamp.of(1_000, 0), Timestamp.of(6_000, 0));
    assertThat(lease.enter()).isTrue();
    assertThat(lease.enter()).isTrue();
    CompletableFuture<Void> back = lease.giveBack();
    assertThat(lease.enter()).isFalse();
    lease.left(true);
    assertThat(back).isNotDone();
    lease.left(true);
    assertThat(back).isDone();
  }

  @Test
  void shouldNotGiveBackWhatACommitOfUnknownOutcomeReliesOn() {
    var lease = new CatalogLease(1, Timestamp.of(1_000, 0), Timestamp.of(6_000, 0));
    assertThat(lease.enter()).isTrue();
    lease.left(false);
    assertThat(lease.giveBack()).isNotDone();
  }

  @Test
  void shouldRespectWhatAFormerLifeOfTheNodeReliesOn() {
    Node former = new Node(1);
    former.warmUp();
    Node other = new Node(2);
    Node restarted = new Node(1);
    for (int i = 0; i < 200; i++) {
      assertThat(restarted.relies()).isFalse();
    }

    CompletableFuture<Void> changed = changeBy(other);
    assertThat(changed.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS)).isNotDone();
    store.passes(BEYOND);
    changed.orTimeout(20, TimeUnit.SECONDS).join();
    restarted.warmUp();
  }

  /** A write, the version by which it was made, and when it was committed. */
  private record Written(long version, Timestamp at) {}

  /**
   * Nodes write and change the catalog at once, time leaps, and nodes fall silent: each write
   * carries the version that was in force when it was committed.
   */
  @Test
  void shouldNeverCommitByAVersionThatIsNotInForce() throws InterruptedException {
    List<Node> all = List.of(new Node(1), new Node(2), new Node(3));
    var writes = new ConcurrentLinkedQueue<Written>();
    var changes = new ConcurrentHashMap<Long, Timestamp>();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 6; t++) {
      int number = t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      work(all.get(number % 3), number, writes, changes);
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join(120_000);
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(failures).isEmpty();
    assertThat(changes).hasSizeGreaterThan(10);
    assertThat(store.asked.stream().filter(VERSION_READ::equals).count())
        .isLessThan(writes.size() * 3L / 4);
    for (Written write : writes) {
      Timestamp begun = changes.getOrDefault(write.version(), Timestamp.MIN);
      Timestamp ended = changes.getOrDefault(write.version() + 1, Timestamp.MAX);
      assertThat(write.at()).isBetween(begun, ended);
    }
  }

  private void work(
      Node node, int number, ConcurrentLinkedQueue<Written> writes, Map<Long, Timestamp> changes) {
    var random = new SplittableRandom(number);
    for (int i = 0; i < 5_000; i++) {
      if (random.nextInt(50) == 0) {
        store.passes(Duration.ofMillis(random.nextInt(800)));
      }
      if (random.nextInt(400) == 0) {
        node.silent = !node.silent;
      }
      boolean change = random.nextInt(800) == 0;
      if (change) {
        // Whom nobody hears waits until time has passed, and maybe nobody is left to let it.
        node.silent = false;
      }
      KvTransaction transaction = node.begin();
      try {
        if (change) {
          CatalogSnapshot base = node.catalog.read(transaction, Lock.WAIT);
          new CatalogChanges(transaction, node.catalog.leases(), base)
              .put(CatalogSnapshot.INITIAL.entries().iterator().next());
          changes.put(base.version() + 1, transaction.commit());
        } else {
          long version = node.catalog.read(transaction, Lock.NONE).version();
          transaction.put(Key.of("w" + number), bytes(version));
          writes.add(new Written(version, transaction.commit()));
        }
      } catch (SqlException e) {
        assertThat(e.state()).isEqualTo(SqlState.SERIALIZATION_FAILURE);
      } finally {
        transaction.rollback();
      }
      node.runBackground();
    }
    // Others may wait for it.
    node.silent = false;
  }
}
