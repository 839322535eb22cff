package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
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
  void shouldNeitherLoseAnUpdateNorConflictWhenAKeyIsHeldFirst() throws Exception {
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

  /** The others lock in any order: somebody has to give way at times, but nothing conflicts. */
  private void addHeld(int node) {
    while (true) {
      try (BlockingTxn txn = begin(node)) {
        TxnResponse held = txn.send(new TxnRequest.Get(key("a"), TxnRequest.Lock.WAIT));
        if (held instanceof TxnResponse.Failed) {
          assertThat(code(held)).isEqualTo(ErrorCode.DEADLOCK);
          continue;
        }
        int a = Integer.parseInt(BlockingTxn.text(held));
        txn.put(key("a"), String.valueOf(a + 1)).mustCommit();
        return;
      }
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
        assertThat(code(answer)).isIn(ErrorCode.TXN_CONFLICT, ErrorCode.DEADLOCK);
      }
    }
  }

  private static TxnResponse.Value lock(BlockingTxn txn, Key key, TxnRequest.Lock lock) {
    TxnResponse answer = txn.send(new TxnRequest.Get(key, lock));
    assertThat(answer).isInstanceOf(TxnResponse.Value.class);
    return (TxnResponse.Value) answer;
  }

  @Test
  void shouldWaitSayOrSkipWhenAnotherNodeHoldsTheKey() throws Exception {
    fill("0", "a");
    try (BlockingTxn holder = begin(1);
        BlockingTxn waiter = begin(2);
        BlockingTxn other = begin(3)) {
      assertThat(holder.getForUpdate(key("a"))).isEqualTo("0");
      var waits = waiter.ask(new TxnRequest.Get(key("a"), TxnRequest.Lock.WAIT));
      assertThat(code(other.send(new TxnRequest.Get(key("a"), TxnRequest.Lock.NO_WAIT))))
          .isEqualTo(ErrorCode.LOCK_NOT_AVAILABLE);
      // That concerned the request alone.
      assertThat(lock(other, key("a"), TxnRequest.Lock.SKIP_LOCKED).value()).isNull();
      assertThat(other.get(key("a"))).isEqualTo("0");
      assertThat(waits).isNotDone();

      holder.put(key("a"), "1").mustCommit();
      assertThat(BlockingTxn.text(BlockingTxn.await(waits))).isEqualTo("1");
      waiter.put(key("a"), "2").mustCommit();
    }
    try (BlockingTxn reader = begin(1)) {
      assertThat(reader.getForUpdate(key("a"))).isEqualTo("2");
    }
  }

  @Test
  void shouldLeaveOutCandidatesThatWereWrittenAlsoAfterItMovedUpInTime() {
    fill("0", "a", "b", "c");
    try (BlockingTxn worker = begin(2)) {
      assertThat(lock(worker, key("a"), TxnRequest.Lock.UNCHECKED).value()).isNotNull();
      assertThat(lock(worker, key("b"), TxnRequest.Lock.UNCHECKED).value()).isNotNull();
      fill("1", "a", "c");
      // Its newest value moves the transaction above what has been written to the candidate.
      assertThat(worker.getForUpdate(key("c"))).isEqualTo("1");
      assertThat(lock(worker, key("a"), TxnRequest.Lock.SKIP_TAKEN).value()).isNull();
      assertThat(lock(worker, key("b"), TxnRequest.Lock.SKIP_TAKEN).value()).isNotNull();
      worker.put(key("b"), "2").mustCommit();
    }
    try (BlockingTxn reader = begin(1)) {
      assertThat(reader.get(key("b"))).isEqualTo("2");
    }
  }

  @Test
  void shouldKeepWhatIsHeldWhenTheLeaderMoves() {
    fill("0", "a");
    try (BlockingTxn holder = begin(1);
        BlockingTxn waiter = begin(2)) {
      assertThat(holder.getForUpdate(key("a"))).isEqualTo("0");
      var waits = waiter.ask(new TxnRequest.Get(key("a"), TxnRequest.Lock.WAIT));
      for (int node = 1; node <= 3; node++) {
        lead(key("a"), new NodeId(node));
        try (BlockingTxn other = begin(3)) {
          assertThat(code(other.send(new TxnRequest.Get(key("a"), TxnRequest.Lock.NO_WAIT))))
              .isEqualTo(ErrorCode.LOCK_NOT_AVAILABLE);
        }
      }
      assertThat(waits).isNotDone();

      holder.put(key("a"), "1").mustCommit();
      assertThat(BlockingTxn.text(BlockingTxn.await(waits))).isEqualTo("1");
      waiter.put(key("a"), "2").mustCommit();
    }
  }

  private static void lead(Key key, NodeId node) {
    RangeId range =
        cluster.ranges().stream()
            .map(known -> known.descriptor())
            .filter(known -> known.span().contains(key))
            .findFirst()
            .orElseThrow()
            .id();
    cluster
        .node(1)
        .member()
        .admin()
        .transferLeadership(range, node)
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void shouldLetExactlyOneGiveWayInADeadlockOverTwoRanges() {
    fill("0", "a", "b");
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2)) {
      one.getForUpdate(key("a"));
      two.getForUpdate(key("b"));
      long begun = System.nanoTime();
      var first = one.ask(new TxnRequest.Get(key("b"), TxnRequest.Lock.WAIT));
      var second = two.ask(new TxnRequest.Get(key("a"), TxnRequest.Lock.WAIT));
      // The one that began later.
      assertThat(code(BlockingTxn.await(second))).isEqualTo(ErrorCode.DEADLOCK);
      assertThat(System.nanoTime() - begun).isLessThan(1_000_000_000L);
      assertThat(BlockingTxn.text(BlockingTxn.await(first))).isEqualTo("0");
      one.put(key("a"), "1").put(key("b"), "1").mustCommit();
      assertThat(code(two.commit())).isEqualTo(ErrorCode.DEADLOCK);
    }
  }

  @Test
  void shouldFreeWhatAClientHeldThatIsGone() {
    fill("0", "a", "b");
    BlockingTxn gone = begin(1);
    gone.getForUpdate(key("a"));
    gone.getForUpdate(key("b"));
    try (BlockingTxn next = begin(2)) {
      var waits = next.ask(new TxnRequest.Get(key("b"), TxnRequest.Lock.WAIT));
      gone.close();
      assertThat(BlockingTxn.text(BlockingTxn.await(waits))).isEqualTo("0");
      next.put(key("a"), "next").mustCommit();
    }
  }

  @Test
  void shouldUndoToSavepoints() {
    try (BlockingTxn txn = begin(1)) {
      txn.put(key("a"), "1");
      done(txn.send(new TxnRequest.Savepoint("s")));
      txn.put(key("a"), "2").put(key("b"), "2");
      done(txn.send(new TxnRequest.Savepoint("inner")));
      txn.delete(key("a"));
      assertThat(txn.get(key("a"))).isNull();
      done(txn.send(new TxnRequest.RollbackTo("inner")));
      assertThat(txn.get(key("a"))).isEqualTo("2");
      done(txn.send(new TxnRequest.RollbackTo("s")));
      assertThat(txn.get(key("a"))).isEqualTo("1");
      assertThat(txn.get(key("b"))).isNull();
      assertThat(code(txn.send(new TxnRequest.Release("inner"))))
          .isEqualTo(ErrorCode.UNKNOWN_SAVEPOINT);
      txn.put(key("c"), "3");
      done(txn.send(new TxnRequest.Release("s")));
      txn.mustCommit();
    }
    try (BlockingTxn reader = begin(2)) {
      assertThat(reader.get(key("a"))).isEqualTo("1");
      assertThat(reader.get(key("b"))).isNull();
      assertThat(reader.get(key("c"))).isEqualTo("3");
    }
  }

  private static void done(TxnResponse answer) {
    assertThat(answer).isEqualTo(new TxnResponse.Done());
  }

  // --- one-shot, outcomes, errors --------------------------------------------------------------

  private static TxnResponse execute(int node, TxnRequest.OneShot request) {
    var answer = new CompletableFuture<TxnResponse>();
    cluster
        .node(node)
        .member()
        .transactions()
        .execute(request, SystemClocks.monotonic().nanos() + 20_000_000_000L, answer::complete);
    return BlockingTxn.await(answer);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private TxnRequest.OneShot swap(TxnId id, String expected, String value) {
    return new TxnRequest.OneShot(
        id,
        List.of(
            new TxnRequest.Compare.ValueIs(key("a"), bytes(expected)),
            new TxnRequest.Compare.Exists(key("b"))),
        List.of(
            new TxnRequest.Put(key("a"), bytes(value)), new TxnRequest.Put(key("b"), bytes(value))),
        List.of(new TxnRequest.Get(key("a"), TxnRequest.Lock.NONE)));
  }

  @Test
  void shouldCompareAndTakeOneBranchOnce() {
    fill("0", "a", "b");
    TxnId request = TxnId.of(UUID.randomUUID());

    assertThat(((TxnResponse.OneShotDone) execute(1, swap(request, "0", "1"))).matched()).isTrue();
    // The same again, from another node: done already, though the comparison would fail now.
    assertThat(((TxnResponse.OneShotDone) execute(2, swap(request, "0", "1"))).matched()).isTrue();
    var other = (TxnResponse.OneShotDone) execute(3, swap(TxnId.of(UUID.randomUUID()), "0", "2"));
    assertThat(other.matched()).isFalse();
    assertThat(BlockingTxn.text(other.results().getFirst())).isEqualTo("1");
    assertThat(outcome(3, request, key("a"))).isEqualTo(Transactions.Outcome.COMMITTED);
  }

  private static Transactions.Outcome outcome(int node, TxnId txn, Key anchor) {
    var answer = new CompletableFuture<Transactions.Outcome>();
    cluster
        .node(node)
        .member()
        .transactions()
        .outcome(
            txn,
            anchor,
            SystemClocks.monotonic().nanos() + 20_000_000_000L,
            new Transactions.OutcomeReply() {
              @Override
              public void known(Transactions.Known outcome) {
                answer.complete(outcome.outcome());
              }

              @Override
              public void failed(TxnResponse.Failed failure) {
                answer.completeExceptionally(failure.toException());
              }
            });
    return answer.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldTellWhatBecameOfTransactions() {
    fill("0", "a", "b");
    try (BlockingTxn one = begin(1);
        BlockingTxn two = begin(2);
        BlockingTxn three = begin(3)) {
      two.get(key("b"));
      one.put(key("a"), "1").mustCommit();
      three.put(key("b"), "3").put(key("a"), "3").mustCommit();
      two.put(key("a"), "2").put(key("b"), "2").mustConflict();

      assertThat(outcome(2, one.id(), key("a"))).isEqualTo(Transactions.Outcome.COMMITTED);
      assertThat(outcome(1, three.id(), key("b"))).isEqualTo(Transactions.Outcome.COMMITTED);
      // Told before it was written down; then there is a mark of it or nothing.
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(
              () -> outcome(3, two.id(), key("a")),
              known ->
                  known == Transactions.Outcome.ABORTED || known == Transactions.Outcome.UNKNOWN);
      assertThat(outcome(3, TxnId.of(UUID.randomUUID()), key("a")))
          .isEqualTo(Transactions.Outcome.UNKNOWN);
    }
  }

  @Test
  void shouldRefuseWhatCannotBeDoneWithAClearCode() {
    try (BlockingTxn txn = begin(1)) {
      txn.put(key("a"), "never");
      txn.rollback();
      assertThat(code(txn.commit())).isEqualTo(ErrorCode.TXN_ENDED);
      assertThat(code(txn.send(new TxnRequest.Put(key("a"), bytes("x")))))
          .isEqualTo(ErrorCode.TXN_ENDED);
    }
    try (BlockingTxn txn = begin(2)) {
      txn.put(key("b"), "1").mustCommit();
      assertThat(code(txn.send(new TxnRequest.Put(key("b"), bytes("late")))))
          .isEqualTo(ErrorCode.TXN_ENDED);
      assertThat(code(txn.commit())).isEqualTo(ErrorCode.TXN_ENDED);
    }
    try (BlockingTxn txn = begin(3)) {
      assertThat(code(txn.send(new TxnRequest.RollbackTo("none"))))
          .isEqualTo(ErrorCode.UNKNOWN_SAVEPOINT);
      assertThat(txn.get(key("a"))).isNull();
      assertThat(txn.get(key("b"))).isEqualTo("1");
    }
    try (BlockingTxn late = new BlockingTxn(cluster.node(1), Duration.ofSeconds(-1))) {
      assertThat(code(late.commit())).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void shouldRollBackWhatIsLeftOpenForTooLong() {
    try (BlockingTxn slow = new BlockingTxn(cluster.node(1), Duration.ofMillis(700));
        BlockingTxn next = begin(2)) {
      slow.getForUpdate(key("a"));
      slow.put(key("a"), "slow");
      // Comes through when the other one has expired.
      assertThat(next.getForUpdate(key("a"))).isNull();
      assertThat(code(slow.commit())).isEqualTo(ErrorCode.TXN_EXPIRED);
      next.put(key("a"), "next").mustCommit();
    }
  }
}
