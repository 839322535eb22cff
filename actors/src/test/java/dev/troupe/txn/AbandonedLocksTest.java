package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.id;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.range.Lock;
import dev.troupe.range.LockTable;
import dev.troupe.range.LockTables;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbandonedLocksTest {
  private static final Key ANCHOR = Key.of("anchor");
  private static final int MANY = 30_000;

  private final ScriptedKv kv = new ScriptedKv();
  private final AbandonedLocks abandoned = new AbandonedLocks(kv.parts);

  private static Lock lock(int txn, int number) {
    return new Lock(
        Key.of("k%06d".formatted(number)),
        id(txn),
        ANCHOR,
        ScriptedKv.NODE,
        new Timestamp(1_000),
        new byte[] {1});
  }

  private static List<Lock> locks(int txn, int from, int to) {
    List<Lock> locks = new ArrayList<>();
    for (int i = from; i < to; i++) {
      locks.add(lock(txn, i));
    }
    return locks;
  }

  @Test
  void shouldResolveAllThatWasLockedInTheRangeInSeveralEntries() {
    List<Lock> all = locks(1, 0, MANY);
    all.addAll(locks(2, MANY, MANY + 5));
    LockTable range = LockTables.of(all);
    Lock met = lock(1, 17);

    assertThat(abandoned.begin(met, range)).isTrue();
    abandoned.settle(met, range);
    assertThat(kv.waiting(KvRequest.Abort.class))
        .isEqualTo(new KvRequest.Abort(id(1), Timestamp.MIN, ANCHOR));
    kv.answer(KvRequest.Abort.class, status(TxnState.ABORTED, 0, 0));
    List<Key> resolved = new ArrayList<>();
    while (!kv.calls.isEmpty()) {
      KvRequest.Resolve resolve = kv.waiting(KvRequest.Resolve.class);
      assertThat(resolve.txn()).isEqualTo(id(1));
      assertThat(resolve.commitAt()).isNull();
      resolved.addAll(resolve.keys());
      kv.answer(KvRequest.Resolve.class, new KvResponse.Valid());
    }

    assertThat(resolved).isEqualTo(all.subList(0, MANY).stream().map(Lock::key).toList());
    assertThat(kv.count(KvRequest.Resolve.class)).isBetween(2L, 10L);
    assertThat(abandoned.begin(met, range)).isTrue();
  }

  @Test
  void shouldSeeToTheLocksOfARangeOnceAtATime() {
    LockTable range = LockTables.of(locks(1, 0, 3));

    assertThat(abandoned.begin(lock(1, 0), range)).isTrue();
    assertThat(abandoned.begin(lock(1, 2), range)).isFalse();
    assertThat(abandoned.begin(lock(1, 0), LockTables.of(locks(1, 5, 6)))).isTrue();
    assertThat(abandoned.begin(lock(2, 2), range)).isTrue();
  }

  @Test
  void shouldCommitWhatTheRecordSaysIsCommitted() {
    LockTable range = LockTables.of(locks(1, 0, 3));
    abandoned.begin(lock(1, 0), range);
    abandoned.settle(lock(1, 0), range);
    kv.answer(KvRequest.Abort.class, status(TxnState.COMMITTED, 2_000, 0));

    assertThat(kv.waiting(KvRequest.Resolve.class).commitAt()).isEqualTo(new Timestamp(2_000));
    assertThat(kv.waiting(KvRequest.Resolve.class).keys()).hasSize(3);
  }

  @Test
  void shouldBeAskedAgainWhenARangeDidNotAnswer() {
    LockTable range = LockTables.of(locks(1, 0, MANY));
    abandoned.begin(lock(1, 0), range);
    abandoned.settle(lock(1, 0), range);
    kv.answer(KvRequest.Abort.class, failed(ErrorCode.RANGE_UNAVAILABLE));
    assertThat(kv.calls).isEmpty();

    assertThat(abandoned.begin(lock(1, 0), range)).isTrue();
    abandoned.settle(lock(1, 0), range);
    kv.answer(KvRequest.Abort.class, status(TxnState.ABORTED, 0, 0));
    kv.answer(KvRequest.Resolve.class, failed(ErrorCode.CROSS_RANGE_BATCH));
    assertThat(kv.calls).isEmpty();
    assertThat(abandoned.begin(lock(1, 0), range)).isTrue();
  }

  @Test
  void shouldWaitForNoLostRequestLongerThanATry() {
    LockTable range = LockTables.of(locks(1, 0, MANY));
    abandoned.begin(lock(1, 0), range);
    abandoned.settle(lock(1, 0), range);
    assertThat(kv.calls.getFirst().deadline()).isEqualTo(AbandonedLocks.TRY_NANOS);

    kv.pass(AbandonedLocks.TRY_NANOS / 2);
    kv.answer(KvRequest.Abort.class, status(TxnState.ABORTED, 0, 0));
    assertThat(kv.calls.getFirst().deadline()).isEqualTo(kv.now + AbandonedLocks.TRY_NANOS);
    kv.pass(AbandonedLocks.TRY_NANOS / 2);
    kv.answer(KvRequest.Resolve.class, new KvResponse.Valid());
    assertThat(kv.calls.getFirst().deadline()).isEqualTo(kv.now + AbandonedLocks.TRY_NANOS);
  }
}
