package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockQueueTest extends LockQueueFixture {
  @Test
  void shouldHandOutInOrderUntilSomebodyHoldsTheKey() {
    Lock lock = lock(1, B, 5);
    locks.put(lock);
    add("put", TxnWorld.put("b", "x"));
    add("commit", TxnWorld.commit(2, "b=2"));
    add("hold3", hold(3, B));
    add("hold4", hold(4, B));
    add("late put", TxnWorld.put("b", "y"));

    locks.remove(lock);
    // Those that do not hold the key follow each other at once.
    assertThat(queue.obstacle(TxnWorld.put("b", "barging"))).isEqualTo(B);
    assertThat(drain()).containsExactly("put", "commit", "hold3");
    queue.letGo(TxnWorld.id(3), List.of(B));
    assertThat(drain()).containsExactly("hold4");
    queue.letGo(TxnWorld.id(4), List.of(B));
    assertThat(drain()).containsExactly("late put");
    assertThat(queue.obstacle(TxnWorld.put("b", "free"))).isNull();
    assertThat(answers).isEmpty();
  }

  @Test
  void shouldLetTheHolderPassAndNobodyElse() {
    holds(1, B);

    assertThat(queue.obstacle(TxnWorld.commit(1, "b=1"))).isNull();
    assertThat(queue.obstacle(hold(1, B))).isNull();
    assertThat(queue.obstacle(TxnWorld.prepare(1, "b", true, "b=1"))).isNull();
    assertThat(queue.obstacle(TxnWorld.commit(2, "b=2"))).isEqualTo(B);
    assertThat(queue.obstacle(new KvRequest.Delete(B))).isEqualTo(B);
    assertThat(queue.obstacle(new KvRequest.CompareAndSet(B, null, null))).isEqualTo(B);
    assertThat(queue.obstacle(new KvRequest.Batch(List.of(TxnWorld.put("b", "x"))))).isEqualTo(B);
    assertThat(queue.obstacle(new KvRequest.DeleteRange(new KeySpan(Key.of("a"), C), 1)))
        .isEqualTo(B);
    assertThat(queue.obstacle(new KvRequest.DeleteRange(new KeySpan(C, Key.of("d")), 1))).isNull();
    // What is decided must not wait for anybody.
    assertThat(queue.obstacle(TxnWorld.resolve(2, null, "b"))).isNull();
    assertThat(queue.obstacle(TxnWorld.abort(2, "b"))).isNull();
    assertThat(queue.obstacle(TxnWorld.decide(2, "b", Timestamp.MIN))).isNull();
    assertThat(queue.obstacle(TxnWorld.finish(2, "b"))).isNull();
  }

  @Test
  void shouldLetTheHolderPassThoseWhoWaitBeforeIt() {
    Lock lock = lock(9, B, 5);
    holds(1, B);
    locks.put(lock);
    add("other", hold(2, B));
    // The holder's own read met the lock, and came back behind the other's wish.
    assertThat(queue.add(B, kv("holder", hold(1, B), Long.MAX_VALUE / 2), 0)).isTrue();
    assertThat(queue.add(B, kv("reader", new KvRequest.Get(B), Long.MAX_VALUE / 2), 0)).isTrue();

    locks.remove(lock);

    assertThat(drain()).containsExactly("holder", "reader");
    queue.letGo(TxnWorld.id(1), List.of(B));
    assertThat(drain()).containsExactly("other");
  }

  @Test
  void shouldLetTheOwnerOfALockRepeatItsPrepareThoughOthersWait() {
    locks.put(lock(1, B, 5));
    add("put", TxnWorld.put("b", "x"));

    assertThat(queue.obstacle(TxnWorld.prepare(1, "b", true, "b=1"))).isNull();
  }

  @Test
  void shouldLetReadersPassLocksThatAreBoundToCommitLater() {
    Lock early = lock(1, B, 5);
    locks.put(early);
    queue.add(B, kv("below", new KvRequest.Get(B, new Timestamp(4)), 100 * MS), 0);
    queue.add(B, kv("at", new KvRequest.Get(B, new Timestamp(5)), 100 * MS), 0);
    queue.add(B, kv("newest", new KvRequest.Get(B), 100 * MS), 0);
    locks.put(lock(2, C, 5));
    unlock(C);
    assertThat(drain()).containsExactly("below");

    locks.remove(early);
    locks.put(lock(2, B, 6));
    assertThat(drain()).containsExactly("at");
    unlock(B);
    assertThat(drain()).containsExactly("newest");
  }

  @Test
  void shouldWaitForLocksWithinSpansThatWereRead() {
    locks.put(lock(1, C, 5));
    var reads = List.of(new KeySpan(B, Key.of("d")));
    KvRequest.CommitOnePhase commit = TxnWorld.commit(2, new Timestamp(9), reads, "b=2");

    assertThat(queue.obstacle(commit)).isEqualTo(C);
    assertThat(queue.obstacle(TxnWorld.commit(1, new Timestamp(9), reads, "b=1"))).isNull();
  }

  @Test
  void shouldWithdrawAllWishesOfATransactionThatLetsGo() {
    locks.put(lock(1, C, 5));
    holds(2, B);
    var reads = List.of(new KeySpan(B, Key.of("d")));
    add("own", TxnWorld.commit(2, new Timestamp(9), reads, "b=2"));
    add("other", TxnWorld.commit(3, "c=3"));
    add("behind", hold(4, B));

    queue.letGo(TxnWorld.id(2), List.of(B));

    // Though it did not wait for the key that it let go.
    assertThat(answers).containsExactly("own: " + ErrorCode.TXN_ENDED);
    assertThat(drain()).containsExactly("behind");
    unlock(C);
    assertThat(drain()).containsExactly("other");
  }

  @Test
  void shouldNotLetGoWhatOthersHold() {
    holds(1, B);
    queue.letGo(TxnWorld.id(2), List.of(B, C));

    assertThat(queue.obstacle(hold(3, B))).isEqualTo(B);
  }

  @Test
  void shouldRefuseThoseWhoseDeadlineHasPassedAndGoOnWithTheNext() {
    holds(1, B);
    queue.add(B, kv("first", hold(2, B), 50 * MS), 0);
    queue.add(B, kv("second", hold(3, B), 500 * MS), 0);

    queue.tick(49 * MS);
    assertThat(answers).isEmpty();
    queue.tick(50 * MS);
    assertThat(answers).containsExactly("first: " + ErrorCode.DEADLINE_EXCEEDED);
    queue.letGo(TxnWorld.id(1), List.of(B));
    assertThat(drain()).containsExactly("second");
  }

  @Test
  void shouldFreeTheKeyWhenTheLastWaiterRunsOutOfTime() {
    Lock lock = lock(1, B, 5);
    locks.put(lock);
    queue.add(B, kv("only", TxnWorld.put("b", "x"), 50 * MS), 0);
    queue.tick(60 * MS);
    locks.remove(lock);
    drain();

    assertThat(queue.obstacle(TxnWorld.put("b", "y"))).isNull();
  }

  @Test
  void shouldPreferWhoHasLostMoreOftenAndAmongEqualsWhoCameFirst() {
    holds(1, B);
    add("t2", hold(2, B));
    add("t3", hold(3, B, 1));
    add("t4", hold(4, B, 5));
    add("t5", hold(5, B, 1));
    add("t6", hold(6, B));
    add("t7", hold(7, B, 5));

    assertThat(served(1)).containsExactly("t4", "t7", "t3", "t5", "t2", "t6");
  }

  @Test
  void shouldLetNobodyBePassedForEver() {
    holds(1, B);
    add("t2", hold(2, B));
    int crowd = LockQueue.PASSED_MAX + 3;
    for (int i = 0; i < crowd; i++) {
      add("t" + (10 + i), hold(10 + i, B, 9));
    }

    assertThat(served(1)).hasSize(crowd + 1).element(LockQueue.PASSED_MAX).isEqualTo("t2");
  }

  @Test
  void shouldLookAfterThoseWhoWerePassed() {
    holds(1, B);
    add("t2", hold(2, B), 0);
    add("t3", hold(3, B, 1), 90 * MS);

    queue.tick(100 * MS);
    assertThat(watched).containsExactly("is t1 gone", "t2 waits for t1");
  }

  @Test
  void shouldReportWhoWaitsForWhomOnceTheyHaveWaitedLong() {
    locks.put(lock(1, B, 5));
    holds(2, C);
    add("t3", TxnWorld.commit(3, "b=3"), 0);
    add("plain", TxnWorld.put("b", "x"), 0);
    add("t4", hold(4, B), 60 * MS);
    add("t5", TxnWorld.prepare(5, "c", true, "c=5"), 0);

    queue.tick(99 * MS);
    assertThat(watched).isEmpty();
    queue.tick(100 * MS);
    assertThat(watched)
        .containsExactlyInAnyOrder(
            "settle [b]", "t3 waits for t1", "is t2 gone", "t5 waits for t2");
    watched.clear();
    queue.tick(160 * MS);
    assertThat(watched).contains("t3 waits for t1", "t4 waits for t1");

    ifGone.getFirst().run();
    assertThat(abandoned).containsExactly("t2 c");
  }

  @Test
  void shouldReportEachOfManyWaitersBeforeLong() {
    holds(1, B);
    int crowd = 3 * LockQueue.WAITERS_REPORTED_MAX;
    for (int txn = 2; txn < crowd + 2; txn++) {
      add("t" + txn, hold(txn, B), 0);
    }
    for (int tick = 0; tick < 3; tick++) {
      queue.tick((200 + tick) * MS);
    }
    assertThat(watched.stream().filter(line -> line.endsWith("waits for t1")).distinct())
        .hasSize(crowd);
  }

  @Test
  void shouldLookAfterOldLocksThatNobodyWaitsFor() {
    locks.put(lock(1, B, 5));
    locks.put(lock(1, C, 5));
    locks.put(lock(2, Key.of("d"), 5));
    queue.tick(LockQueue.OLD_NANOS);
    assertThat(watched).isEmpty();

    unlock(Key.of("d"));
    locks.put(lock(3, Key.of("d"), 5));
    queue.tick(2 * LockQueue.OLD_NANOS);
    // Together, and not the young one.
    assertThat(watched).containsExactly("settle [b, c]");
    watched.clear();

    unlock(B);
    queue.tick(3 * LockQueue.OLD_NANOS);
    assertThat(watched).containsExactlyInAnyOrder("settle [c]", "settle [d]");
  }

  @Test
  void shouldSendEverybodyElsewhereWhenItLeadsNoMore() {
    holds(1, B);
    add("waiter", hold(2, B));
    queue.abandon();

    assertThat(answers).containsExactly("waiter: NotLeader");
    assertThat(queue.obstacle(hold(2, B))).isNull();
    assertThat(drain()).isEmpty();
  }

  @Test
  void shouldRefuseMoreThanItMayRemember() {
    holds(1, B);
    for (int i = 0; i < LockQueue.WAITING_MAX; i++) {
      assertThat(queue.add(B, kv("x", TxnWorld.put("b", "x"), MS), 0)).isTrue();
    }
    assertThat(queue.add(B, kv("y", TxnWorld.put("b", "y"), MS), 0)).isFalse();

    queue.tick(2 * MS);
    assertThat(queue.add(B, kv("y", TxnWorld.put("b", "y"), MS), 0)).isTrue();
  }

  @Test
  void shouldStandBehindTheNextObstacleWhenTheFirstIsGone() {
    Lock first = lock(1, B, 5);
    locks.put(first);
    locks.put(lock(2, C, 5));
    add("both", TxnWorld.commit(3, "b=3", "c=3"));
    locks.remove(first);

    assertThat(drain()).isEmpty();
    assertThat(queue.obstacle(TxnWorld.put("b", "free"))).isNull();
    assertThat(queue.obstacle(TxnWorld.put("c", "behind"))).isEqualTo(C);
    unlock(C);
    assertThat(drain()).containsExactly("both");
  }

  /** Who holds a key reads what the transaction with the lock leaves there. */
  @Test
  void shouldNotReadForUpdatePastTheLockOfAnother() {
    var world = new TxnWorld();
    world.one(TxnWorld.put("b", "old"));
    world.one(TxnWorld.prepare(1, "b", true, "b=1"));
    var replica = new LocalReplica(new ReplicaKey(TxnWorld.RANGE.id(), new ReplicaId(1)), null);
    replica.locks(world.locks);
    var view = new RangeReads.View(TxnWorld.RANGE, replica, RowPrograms.NONE);

    assertThat(RangeReads.evaluate(world.store, view, hold(2, B), StateStore.ReadMode.MAY_BLOCK))
        .isEqualTo(new RangeReply.Done(new KvResponse.Blocked(B)));
    assertThat(RangeReads.evaluate(world.store, view, hold(1, B), StateStore.ReadMode.MAY_BLOCK))
        .isNotEqualTo(new RangeReply.Done(new KvResponse.Blocked(B)));
  }
}
