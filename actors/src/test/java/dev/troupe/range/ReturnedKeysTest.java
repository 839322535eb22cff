package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Keys that a split has given away come back by a merge, to a replica that remembers them as they
 * were: what it remembers is not what happened since.
 */
class ReturnedKeysTest {
  private static final NodeId NODE = new NodeId(3);
  private static final Key ANCHOR = Key.of("k");
  private static final TxnId TXN = new TxnId(1, 1);
  private static final RangeDescriptor WHOLE =
      new RangeDescriptor(
          new RangeId(7),
          new KeySpan(Key.of("a"), Key.of("n")),
          1,
          Membership.of(new Member(new ReplicaId(1), NODE, Member.Role.VOTER)),
          2);

  private final MemoryStateStore store = new MemoryStateStore();
  private final AppliedEntries entries = new AppliedEntries(store);
  private final LockTable locks = new LockTable();
  private final LockTable rightLocks = new LockTable();
  private final RangeStateMachine machine = machine(AppliedState.INITIAL, WHOLE, locks);

  private RangeStateMachine machine(AppliedState from, RangeDescriptor range, LockTable table) {
    return new RangeStateMachine(store, from, range, table, (applied, span) -> {});
  }

  private KvResponse prepare() {
    return entries.write(
        machine,
        10,
        new KvRequest.Prepare(
            TXN,
            Timestamp.MIN,
            ANCHOR,
            NODE,
            Timestamp.of(9, 0),
            Timestamp.of(9, 0),
            List.of(),
            List.of(new KvRequest.Change(ANCHOR, new byte[] {1})),
            true));
  }

  private RangeStateMachine split() {
    byte[] border = new SplitCommand(1, Key.of("h"), new RangeId(9)).encode();
    entries.apply(machine, LogEntry.Kind.SPLIT, border);
    machine.forgetLocksGivenAway();
    RangeStateMachine.Split split = machine.takeSplit();
    TxnSteps.load(store, split.right().span()).all().forEach(rightLocks::put);
    return machine(split.before(), split.right(), rightLocks);
  }

  private void merge(RangeStateMachine right) {
    long token = machine.applied().position().index() + 1;
    entries.step(machine, new MergeCommand.Begin(2, right.descriptor().id(), 2));
    entries.step(right, new MergeCommand.Freeze(2, WHOLE.id(), token));
    AppliedState frozen = right.applied();
    machine.inherits(rightLocks);
    entries.step(
        machine,
        new MergeCommand.TakeOver(
            token,
            right.descriptor(),
            new LogPosition(frozen.position().index(), 1),
            frozen.clock(),
            frozen.horizon(),
            frozen.basis(),
            Timestamp.MAX,
            Timestamp.MAX));
    assertThat(machine.descriptor().span()).isEqualTo(WHOLE.span());
  }

  private static TxnState state(KvResponse answer) {
    assertThat(answer).isInstanceOf(KvResponse.Status.class);
    return ((KvResponse.Status) answer).state();
  }

  @Test
  void shouldKeepADecisionThatWasMadeMeanwhile() {
    assertThat(prepare()).isInstanceOf(KvResponse.Prepared.class);
    RangeStateMachine right = split();
    var decide = new KvRequest.Decide(TXN, TXN, Timestamp.MIN, ANCHOR, Timestamp.of(20, 0), 0);
    assertThat(state(entries.write(right, 20, decide))).isEqualTo(TxnState.COMMITTED);
    merge(right);

    var abort = new KvRequest.Abort(TXN, Timestamp.MIN, ANCHOR);
    assertThat(state(entries.write(machine, 30, abort))).isEqualTo(TxnState.COMMITTED);
  }

  /** Whoever looks into the store and whoever remembers must write the same. */
  @Test
  void shouldNotWriteADecisionAnew() {
    assertThat(prepare()).isInstanceOf(KvResponse.Prepared.class);
    RangeStateMachine right = split();
    var abort = new KvRequest.Abort(TXN, Timestamp.MIN, ANCHOR);
    KvResponse first = entries.write(right, 20, abort);
    merge(right);
    entries.write(machine, 30, abort);

    byte[] record =
        store.getSide(
            ANCHOR,
            StateStore.SideKind.TRANSACTION,
            TxnRecords.idBytes(TXN),
            StateStore.ReadMode.MAY_BLOCK);
    assertThat(state(first)).isEqualTo(TxnState.ABORTED);
    assertThat(TxnRecord.decode(record).written()).isEqualTo(right.applied().clock());
  }
}
