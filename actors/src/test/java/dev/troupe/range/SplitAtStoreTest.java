package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
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
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.raft.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a split does to the two databases of a store, and what is left of it by a crash: the log
 * keeps everything, the state only what was flushed.
 */
class SplitAtStoreTest {
  private static final ReplicaId HERE = new ReplicaId(3);
  private static final NodeId NODE = new NodeId(9);
  private static final ReplicaKey LEFT = new ReplicaKey(new RangeId(7), HERE);
  private static final ReplicaKey RIGHT = new ReplicaKey(new RangeId(100), HERE);
  private static final RangeDescriptor WHOLE =
      new RangeDescriptor(
          LEFT.range(),
          new KeySpan(Key.of("a"), Key.of("n")),
          1,
          Membership.of(new Member(HERE, NODE, Member.Role.VOTER)),
          5);
  private static final LogEntry SPLIT =
      new LogEntry(
          6,
          RangeBirth.START.index() + 1,
          LogEntry.Kind.SPLIT,
          new SplitCommand(1, Key.of("h"), RIGHT.range()).encode());

  private final MemoryLogStore log = new MemoryLogStore();
  private final List<ReplicaKey> born = new ArrayList<>();
  private final ReplicaDirectory directory = new ReplicaDirectory();
  private MemoryStateStore state = new MemoryStateStore();

  @BeforeEach
  void createTheWhole() {
    log.write(RangeBirth.log(LEFT), () -> {});
    log.write(
        new LogWrite.Append(LEFT, new HardState(6, null, 10), List.of(SPLIT), false), () -> {});
    describeTheWhole();
  }

  private void describeTheWhole() {
    try (StateStore.Batch batch = state.newBatch()) {
      RangeBirth.describe(WHOLE, new AppliedState(RangeBirth.START, Timestamp.of(5, 0)), batch);
      batch.commit();
    }
  }

  /** All but the beginning was in memory. */
  private void crash() {
    state = new MemoryStateStore();
    born.clear();
    describeTheWhole();
  }

  private static final TimestampSource.Drawn NO_TIMESTAMPS =
      new TimestampSource.Drawn.Failed(ErrorCode.RANGE_UNAVAILABLE, "nobody asks here");

  private static final class NoTransactions implements TxnWatch {
    @Override
    public void settle(Lock met, LockTable range) {}

    @Override
    public void waits(Waits edge) {}

    @Override
    public void ifGone(TxnId txn, NodeId coordinator, Runnable action) {}

    @Override
    public void findHolders(KeySpan span, long deadlineNanos, Consumer<List<Holder>> reply) {
      reply.accept(List.of());
    }
  }

  private ReplicaServices services() {
    Applier applier = new Applier(state, 1, Runnable::run, failure -> {});
    return new ReplicaServices(
        NODE,
        log,
        state,
        applier,
        new Outbox(),
        directory,
        new FixedPlacement(),
        Runnable::run,
        () -> 0,
        () -> 0,
        (count, deadline, reply) -> reply.accept(NO_TIMESTAMPS),
        new NoTransactions(),
        bound -> 0,
        ReplicaSettings.DEFAULTS,
        RowPrograms.NONE);
  }

  private void split() {
    ReplicaServices services = services();
    var machine =
        new RangeStateMachine(
            state,
            new AppliedState(RangeBirth.START, Timestamp.of(5, 0)),
            WHOLE,
            new LockTable(),
            (applied, span) -> {});
    var splits = new RightHandReplica(LEFT, services);
    try (StateStore.Batch batch = state.newBatch()) {
      machine.apply(SPLIT, RangeStateMachine.decode(SPLIT), batch);
      ReplicaKey right = splits.prepare(machine.takeSplit(), batch);
      batch.commit();
      if (right != null) {
        splits.start(right, NODE);
      }
    }
  }

  private RangeDescriptor described(RangeId range) {
    byte[] record = state.getLocal(range, LocalRecord.DESCRIPTOR);
    return record == null ? null : DescriptorCodec.decodeDescriptor(record);
  }

  private ReplicaBoot boot(ReplicaKey key) {
    var loaded = new CompletableFuture<ReplicaBoot>();
    ReplicaBoot.load(key, services(), loaded::complete, loaded::completeExceptionally);
    return loaded.join();
  }

  @Test
  void shouldGiveTheRightHandRangeALogAndRecordsAndStartIt() {
    split();

    assertThat(born).containsExactly(RIGHT);
    assertThat(directory.takeHeir(RIGHT)).isTrue();
    assertThat(directory.takeHeir(RIGHT)).isFalse();
    assertThat(described(RIGHT.range()).span()).isEqualTo(new KeySpan(Key.of("h"), Key.of("n")));
    assertThat(described(LEFT.range()).span()).isEqualTo(new KeySpan(Key.of("a"), Key.of("h")));
    ReplicaBoot boot = boot(RIGHT);
    assertThat(boot.applied()).isEqualTo(new AppliedState(RangeBirth.START, Timestamp.of(5, 0)));
    assertThat(boot.raft().membership()).isEqualTo(WHOLE.members());
    // It has promised nothing to anybody: it may vote and campaign at once.
    assertThat(boot.raft().restarted()).isFalse();
  }

  @Test
  void shouldWaitForTheSplitAfterACrashAndKeepWhatTheRightHandReplicaPromised() {
    split();
    var voted = new HardState(8, new ReplicaId(1), 10);
    var entry = new LogEntry(8, RangeBirth.START.index() + 1, LogEntry.Kind.NOOP, new byte[0]);
    log.write(new LogWrite.Append(RIGHT, voted, List.of(entry), false), () -> {});
    crash();

    assertThat(RangeBirth.isAwaited(log.replica(RIGHT).orElseThrow(), state)).isTrue();
    assertThat(RangeBirth.isAwaited(log.replica(LEFT).orElseThrow(), state)).isFalse();
    // Nobody has told the left-hand replica what is committed: the log of the other one proves it.
    assertThat(boot(LEFT).raft().hardState().commit()).isEqualTo(SPLIT.index());
    split();

    assertThat(born).containsExactly(RIGHT);
    ReplicaBoot boot = boot(RIGHT);
    assertThat(boot.raft().hardState()).isEqualTo(voted);
    assertThat(boot.raft().tail()).containsExactly(entry);
    assertThat(boot.raft().restarted()).isTrue();
  }

  @Test
  void shouldBelieveNoSplitThatWasNotApplied() {
    assertThat(boot(LEFT).raft().hardState().commit()).isEqualTo(RangeBirth.START.index());
    // A replica that a leader asked for is no proof either.
    log.write(new LogWrite.Create(RIGHT, HardState.INITIAL, LogPosition.ZERO), () -> {});

    assertThat(boot(LEFT).raft().hardState().commit()).isEqualTo(RangeBirth.START.index());
  }

  @Test
  void shouldBelieveTheFirstOfRepeatedSplitsOnly() {
    LogEntry again = new LogEntry(6, SPLIT.index() + 1, LogEntry.Kind.SPLIT, SPLIT.data());
    log.write(new LogWrite.Append(LEFT, null, List.of(again), false), () -> {});
    split();
    crash();

    assertThat(boot(LEFT).raft().hardState().commit()).isEqualTo(SPLIT.index());
  }

  @Test
  void shouldNotTouchAReplicaThatIsAheadOfTheSplit() {
    var installed = new LogPosition(40, 9);
    log.write(new LogWrite.Create(RIGHT, new HardState(9, null, 40), installed), () -> {});
    split();

    assertThat(born).isEmpty();
    assertThat(described(RIGHT.range())).isNull();
    assertThat(log.replica(RIGHT).orElseThrow().start()).isEqualTo(installed);
    assertThat(described(LEFT.range()).span().end()).isEqualTo(Key.of("h"));
  }

  @Test
  void shouldNotBringBackAReplicaThatWasRemoved() {
    log.write(new LogWrite.Destroy(RIGHT, 4), () -> {});
    split();

    assertThat(born).isEmpty();
    assertThat(described(RIGHT.range())).isNull();
    assertThat(log.replica(RIGHT)).isEmpty();
  }

  @Test
  void shouldLetNobodyElseHoldKeysOfTheUndividedRange() {
    SpanClaims claims = directory.claims();
    RangeDescriptor right = range(RIGHT.range(), "h", "n");
    RangeDescriptor other = range(new RangeId(101), "h", "n");
    assertThat(claims.holder(right, log, state)).contains(LEFT.range());
    assertThatThrownBy(() -> claims.claim(right, log, state)).isInstanceOf(TroupeException.class);

    log.write(new LogWrite.Create(RIGHT, HardState.INITIAL, LogPosition.ZERO), () -> {});
    split();

    assertThat(claims.holder(right, log, state)).isEmpty();
    try (SpanClaims.Claim first = claims.claim(right, log, state)) {
      assertThat(claims.holder(other, log, state)).contains(RIGHT.range());
    }
    assertThat(claims.holder(other, log, state)).isEmpty();
  }

  @Test
  void shouldClearNoMoreThanIsLeftWhenTheUndividedReplicaIsRemoved() {
    try (StateStore.Batch batch = state.newBatch()) {
      batch.put(Key.of("b"), Timestamp.of(1, 0), new byte[] {1});
      batch.put(Key.of("h"), Timestamp.of(1, 0), new byte[] {2});
      batch.commit();
    }
    var machine =
        new RangeStateMachine(
            state,
            new AppliedState(RangeBirth.START, Timestamp.of(5, 0)),
            WHOLE,
            new LockTable(),
            (applied, span) -> {});
    try (StateStore.Batch batch = state.newBatch()) {
      machine.apply(SPLIT, RangeStateMachine.decode(SPLIT), batch);
      batch.commit();
    }

    ReplicaRemoval.begin(LEFT, 4, machine, services());

    assertThat(state.newest(Key.of("b"), Timestamp.MAX, StateStore.ReadMode.MAY_BLOCK)).isNull();
    assertThat(state.newest(Key.of("h"), Timestamp.MAX, StateStore.ReadMode.MAY_BLOCK)).isNotNull();
    assertThat(log.tombstone(LEFT.range())).hasValue(4);
    assertThat(directory.claims().holder(range(new RangeId(101), "a", "h"), log, state)).isEmpty();
  }

  private static RangeDescriptor range(RangeId id, String start, String end) {
    return new RangeDescriptor(id, new KeySpan(Key.of(start), Key.of(end)), 1, WHOLE.members(), 5);
  }

  private final class Outbox implements ReplicaOutbox {
    @Override
    public void raft(NodeId to, RangeId range, RaftMessage message) {}

    @Override
    public void tooOld(NodeId to, RangeId range, ReplicaId replica, long nextReplicaId) {}

    @Override
    public void sendSnapshot(ReplicaKey from, ReplicaId to, NodeId node, long term) {}

    @Override
    public void born(ReplicaKey replica) {
      born.add(replica);
    }

    @Override
    public void leadership(Leadership now) {}

    @Override
    public void administer(
        NodeId node,
        AdminRequest.OfMerge step,
        long patienceNanos,
        Consumer<RangeReplica.AdminOutcome> answer) {
      throw new IllegalStateException("nobody is to be asked for " + step);
    }
  }
}
