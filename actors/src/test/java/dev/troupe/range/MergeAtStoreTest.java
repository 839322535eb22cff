package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a merge does to the state of a store, to who writes there, and what a crash leaves. */
class MergeAtStoreTest {
  private static final long TOKEN = 2;
  private static final LogPosition FROZEN_AT = new LogPosition(2, 1);
  private static final ReplicaKey LEFT = new ReplicaKey(new RangeId(7), new ReplicaId(1));
  private static final ReplicaKey RIGHT = new ReplicaKey(new RangeId(9), new ReplicaId(4));

  private final MemoryStateStore store = new MemoryStateStore();
  private final AppliedEntries entries = new AppliedEntries(store);
  private final LockTable leftLocks = new LockTable();
  private final LockTable rightLocks = new LockTable();
  private final RangeStateMachine left = machine(LEFT, "a", "h", 1, leftLocks);
  private final RangeStateMachine right = machine(RIGHT, "h", "n", 5, rightLocks);

  private static RangeDescriptor range(ReplicaKey replica, String start, String end, long age) {
    return new RangeDescriptor(
        replica.range(),
        new KeySpan(Key.of(start), Key.of(end)),
        age,
        Membership.of(new Member(replica.replica(), new NodeId(3), Member.Role.VOTER)),
        5);
  }

  private RangeStateMachine machine(
      ReplicaKey replica, String start, String end, long age, LockTable locks) {
    RangeDescriptor range = range(replica, start, end, age);
    try (StateStore.Batch batch = store.newBatch()) {
      batch.putLocal(range.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(range));
      batch.commit();
    }
    return new RangeStateMachine(store, AppliedState.INITIAL, range, locks, (applied, span) -> {});
  }

  private static KvRequest.Put put(String key) {
    return new KvRequest.Put(Key.of(key), new byte[] {1});
  }

  private void beginAndFreeze() {
    entries.step(left, new MergeCommand.Begin(1, RIGHT.range(), 5));
    entries.step(right, new MergeCommand.Freeze(5, LEFT.range(), TOKEN));
  }

  private MergeCommand.TakeOver takeOver() {
    AppliedState frozen = right.applied();
    return new MergeCommand.TakeOver(
        TOKEN,
        right.descriptor(),
        FROZEN_AT,
        frozen.clock(),
        frozen.horizon(),
        frozen.basis(),
        Timestamp.MAX,
        Timestamp.MAX);
  }

  @Test
  void shouldChangeNothingWhileFrozen() {
    entries.write(right, 10, put("k"));
    beginAndFreeze();
    Timestamp clock = right.applied().clock();

    assertThat(entries.write(right, 20, put("k"))).isSameAs(RangeStateMachine.FROZEN);

    assertThat(right.applied().clock()).isEqualTo(clock);
    assertThat(store.newest(Key.of("k"), Timestamp.MAX, StateStore.ReadMode.MAY_BLOCK).timestamp())
        .isEqualTo(clock);
    byte[] members = DescriptorCodec.encode(right.descriptor().members());
    assertThatThrownBy(() -> entries.apply(right, LogEntry.Kind.MEMBERSHIP, members))
        .isInstanceOf(Invariant.Violation.class);
  }

  @Test
  void shouldServeAgainWhenThawed() {
    beginAndFreeze();
    entries.step(left, new MergeCommand.Cancel(TOKEN));
    entries.step(right, new MergeCommand.Thaw(5, LEFT.range(), TOKEN));
    entries.step(left, new MergeCommand.End(TOKEN));

    assertThat(entries.write(right, 20, put("k"))).isInstanceOf(KvResponse.Written.class);
    assertThat(left.applied().merging()).isNull();
    assertThat(left.takesOver(takeOver())).isFalse();
  }

  @Test
  void shouldTakeOverKeysWithLocksAndKnowWhatIsNewThere() {
    var reads = List.of(KeySpan.of(Key.of("b")), KeySpan.of(Key.of("k")));
    // From now on the left-hand range remembers what was written lately, of its own keys.
    entries.write(left, 5, put("b"));
    assertThat(commit(left, 6, 1, List.of(KeySpan.of(Key.of("b"))), 5)).isEqualTo(committed());
    entries.write(right, 30, put("k"));
    prepare(right, 31, 2, "m");
    beginAndFreeze();
    assertThat(rightLocks.get(Key.of("m"))).isNotNull();

    left.inherits(rightLocks);
    entries.step(left, takeOver());

    assertThat(left.descriptor().span()).isEqualTo(new KeySpan(Key.of("a"), Key.of("n")));
    assertThat(left.applied().clock()).isEqualTo(right.applied().clock());
    assertThat(leftLocks.get(Key.of("m"))).isNotNull();
    assertThat(entries.write(left, 40, put("m"))).isInstanceOf(KvResponse.Blocked.class);
    // It read before the right-hand range wrote: nobody who only remembers the left one may pass.
    assertThat(commit(left, 41, 3, reads, 20)).isInstanceOf(KvResponse.Changed.class);
    assertThat(commit(left, 42, 4, reads, 41)).isEqualTo(committed());
  }

  private static Class<?> committed() {
    return KvResponse.Status.class;
  }

  /** A transaction that has read some spans at a time, and writes into the left-hand part. */
  private Object commit(
      RangeStateMachine machine, long millis, long txn, List<KeySpan> reads, long readAt) {
    KvResponse answer =
        entries.write(
            machine,
            millis,
            new KvRequest.CommitOnePhase(
                new TxnId(1, txn),
                new TxnId(1, txn),
                Timestamp.of(readAt, 0),
                Key.of("c"),
                new NodeId(3),
                Timestamp.of(readAt, 0),
                Timestamp.of(readAt, 0),
                reads,
                List.of(new KvRequest.Change(Key.of("c"), new byte[] {2})),
                0));
    return answer instanceof KvResponse.Status status
            && status.state() == KvResponse.TxnState.COMMITTED
        ? committed()
        : answer;
  }

  private void prepare(RangeStateMachine machine, long millis, long txn, String key) {
    assertThat(
            entries.write(
                machine,
                millis,
                new KvRequest.Prepare(
                    new TxnId(1, txn),
                    Timestamp.of(millis, 0),
                    Key.of("c"),
                    new NodeId(3),
                    Timestamp.of(millis, 0),
                    Timestamp.of(millis, 0),
                    List.of(),
                    List.of(new KvRequest.Change(Key.of(key), new byte[] {3})),
                    false)))
        .isInstanceOf(KvResponse.Prepared.class);
  }

  @Test
  void shouldForgetTheRightHandReplicaOnlyWhenTheMergeIsInTheState() {
    Set<ReplicaKey> replicas = Set.of(LEFT, RIGHT);
    beginAndFreeze();
    assertThat(Subsumed.among(replicas, store)).isEmpty();

    left.inherits(rightLocks);
    entries.step(left, takeOver());

    assertThat(Subsumed.among(replicas, store)).containsExactly(RIGHT);
    var claims = new SpanClaims();
    var log = new MemoryLogStore();
    log.write(RangeBirth.log(RIGHT), () -> {});
    RangeDescriptor whole = left.descriptor();
    assertThat(claims.holder(whole, log, store)).isEmpty();
    // One that is older than what is here is no successor of it.
    assertThat(claims.holder(range(LEFT, "a", "n", 4), log, store)).contains(RIGHT.range());
    store.forget(RIGHT.range());
    assertThat(store.getLocal(RIGHT.range(), LocalRecord.DESCRIPTOR)).isNull();
    assertThat(store.getLocal(LEFT.range(), LocalRecord.DESCRIPTOR)).isNotNull();
  }

  private void describe(RangeDescriptor range) {
    try (StateStore.Batch batch = store.newBatch()) {
      batch.putLocal(range.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(range));
      batch.commit();
    }
  }

  /** Where two were put together they were split again, and here nothing of that is applied yet. */
  @Test
  void shouldKeepTheRightHandReplicaForTheOneThatTakesItOver() {
    ReplicaKey later = new ReplicaKey(new RangeId(11), new ReplicaId(1));
    RangeDescriptor owner = range(later, "h", "n", 20);
    var claims = new SpanClaims();
    var log = new MemoryLogStore();
    log.write(RangeBirth.log(LEFT), () -> {});
    log.write(RangeBirth.log(RIGHT), () -> {});
    assertThat(claims.holder(owner, log, store)).as("before the freeze").contains(RIGHT.range());

    beginAndFreeze();
    assertThat(claims.holder(owner, log, store)).contains(RIGHT.range());
    assertThat(Subsumed.awaiting(owner, right.descriptor(), log.known(), store))
        .contains(LEFT.range());
    assertThat(claims.holder(range(LEFT, "a", "n", 19), log, store))
        .as("a snapshot of the one that takes over")
        .isEmpty();
    assertThat(claims.holder(range(later, "a", "n", 20), log, store))
        .as("one that has taken both")
        .isEmpty();

    // The left-hand one went past all that by a snapshot.
    describe(range(LEFT, "a", "h", 8));
    assertThat(claims.holder(owner, log, store)).isEmpty();
  }

  @Test
  void shouldNotTakeOverWithoutWhatTheOtherReplicaHasGivenUp() {
    beginAndFreeze();

    MergeCommand.TakeOver take = takeOver();
    assertThat(left.takesOver(take)).isTrue();
    assertThatThrownBy(() -> entries.step(left, take)).isInstanceOf(Invariant.Violation.class);
  }
}
