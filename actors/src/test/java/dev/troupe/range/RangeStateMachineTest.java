package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeStateMachineTest {
  private static final RangeDescriptor RANGE =
      new RangeDescriptor(
          new RangeId(7),
          new KeySpan(Key.of("a"), Key.of("n")),
          1,
          Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER)),
          2);

  private final MemoryStateStore store = new MemoryStateStore();
  private final RangeStateMachine machine =
      new RangeStateMachine(store, AppliedState.INITIAL, RANGE, new LockTable(), applied -> {});
  private long index;

  private static byte[] bytes(String text) {
    return Key.of(text).bytes();
  }

  private List<KvResponse> apply(Timestamp clock, KvRequest.Write... writes) {
    LogEntry entry =
        new LogEntry(
            1, ++index, LogEntry.Kind.COMMAND, CommandCodec.encode(clock, List.of(writes)));
    try (StateStore.Batch batch = store.newBatch()) {
      List<KvResponse> answers = machine.apply(entry, RangeStateMachine.decode(entry), batch);
      batch.commit();
      return answers;
    }
  }

  private byte[] stored(String key) {
    StateStore.Version version =
        store.newest(Key.of(key), Timestamp.MAX, StateStore.ReadMode.MAY_BLOCK);
    return version == null ? null : version.value();
  }

  @Test
  void shouldGiveEveryWriteItsOwnVersionAboveAllBefore() {
    var first = apply(Timestamp.of(10, 0), put("b", "1"), put("c", "2"));
    // A leader whose clock is behind must not write below what is there.
    var second = apply(Timestamp.of(3, 0), put("b", "3"));

    assertThat(first)
        .containsExactly(
            new KvResponse.Written(Timestamp.of(10, 0)),
            new KvResponse.Written(Timestamp.of(10, 1)));
    assertThat(second).containsExactly(new KvResponse.Written(Timestamp.of(10, 2)));
    assertThat(stored("b")).isEqualTo(bytes("3"));
  }

  @Test
  void shouldLetLaterComparisonsOfOneEntrySeeEarlierWrites() {
    var answers =
        apply(
            Timestamp.of(1, 0),
            put("b", "1"),
            new KvRequest.CompareAndSet(Key.of("b"), bytes("1"), bytes("2")),
            new KvRequest.CompareAndSet(Key.of("b"), bytes("1"), bytes("3")));

    assertThat(((KvResponse.Compared) answers.get(1)).swapped()).isTrue();
    assertThat(((KvResponse.Compared) answers.get(2)).swapped()).isFalse();
    assertThat(((KvResponse.Compared) answers.get(2)).current()).isEqualTo(bytes("2"));
    assertThat(stored("b")).isEqualTo(bytes("2"));
  }

  @Test
  void shouldNeverMakeAPartOfAnEntryVisible() {
    int before = store.commits();

    apply(
        Timestamp.of(1, 0),
        new KvRequest.CompareAndSet(Key.of("b"), null, bytes("1")),
        new KvRequest.CompareAndSet(Key.of("b"), bytes("1"), bytes("2")));

    // One commit for the whole entry: a crash between two would repeat the first comparison.
    assertThat(store.commits()).isEqualTo(before + 1);
  }

  @Test
  void shouldWriteNothingOfABatchWhoseComparisonFails() {
    apply(Timestamp.of(1, 0), put("b", "1"));

    var answers =
        apply(
            Timestamp.of(2, 0),
            new KvRequest.Batch(
                List.of(
                    put("c", "new"),
                    new KvRequest.CompareAndSet(Key.of("b"), bytes("other"), bytes("2")))),
            put("d", "4"));

    assertThat(((KvResponse.BatchDone) answers.getFirst()).applied()).isFalse();
    assertThat(stored("c")).isNull();
    assertThat(stored("b")).isEqualTo(bytes("1"));
    assertThat(stored("d")).isEqualTo(bytes("4"));
  }

  @Test
  void shouldDeleteASpanInPagesOfLiveKeys() {
    apply(Timestamp.of(1, 0), put("b", "1"), put("c", "2"), put("d", "3"), put("m", "4"));
    apply(Timestamp.of(2, 0), new KvRequest.Delete(Key.of("c")));

    var page =
        (KvResponse.RangeDeleted)
            apply(
                    Timestamp.of(3, 0),
                    new KvRequest.DeleteRange(new KeySpan(Key.of("b"), Key.of("z")), 2))
                .getFirst();
    var rest =
        (KvResponse.RangeDeleted)
            apply(
                    Timestamp.of(4, 0),
                    new KvRequest.DeleteRange(new KeySpan(page.resume(), Key.of("z")), 2))
                .getFirst();

    assertThat(page.keys()).isEqualTo(2);
    assertThat(page.resume()).isEqualTo(Key.of("m"));
    assertThat(rest.keys()).isEqualTo(1);
    // What lies beyond the range is another range's business.
    assertThat(rest.resume()).isEqualTo(Key.of("n"));
    assertThat(stored("b")).isNull();
    assertThat(stored("m")).isNull();
  }

  @Test
  void shouldRefuseAKeyThatIsNotTheRangesWhenItIsApplied() {
    var answers = apply(Timestamp.of(1, 0), put("zebra", "1"), put("b", "2"));

    assertThat(((KvResponse.Failed) answers.getFirst()).code()).isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(stored("zebra")).isNull();
    assertThat(stored("b")).isEqualTo(bytes("2"));
  }

  @Test
  void shouldRaiseTheGenerationWithEveryChangeOfMembers() {
    var members =
        RANGE.members().with(new Member(new ReplicaId(2), new NodeId(3), Member.Role.LEARNER));
    LogEntry entry =
        new LogEntry(1, ++index, LogEntry.Kind.MEMBERSHIP, DescriptorCodec.encode(members));
    try (StateStore.Batch batch = store.newBatch()) {
      machine.apply(entry, RangeStateMachine.decode(entry), batch);
      batch.commit();
    }

    assertThat(machine.descriptor().generation()).isEqualTo(2);
    assertThat(machine.descriptor().nextReplicaId()).isEqualTo(3);
    byte[] record = store.getLocal(RANGE.id(), StateStore.LocalRecord.DESCRIPTOR);
    assertThat(DescriptorCodec.decodeDescriptor(record)).isEqualTo(machine.descriptor());
  }

  private RangeStateMachine.Split split(RangeStateMachine target, SplitCommand command) {
    LogEntry entry = new LogEntry(1, ++index, LogEntry.Kind.SPLIT, command.encode());
    try (StateStore.Batch batch = store.newBatch()) {
      assertThat(target.apply(entry, RangeStateMachine.decode(entry), batch)).isEmpty();
      batch.commit();
    }
    return target.takeSplit();
  }

  @Test
  void shouldCutTheRangeAndLeaveEveryVersionWhereItIs() {
    apply(Timestamp.of(10, 0), put("b", "1"), put("h", "2"));

    var split = split(machine, new SplitCommand(1, Key.of("h"), new RangeId(100)));

    var left =
        new RangeDescriptor(
            RANGE.id(), new KeySpan(Key.of("a"), Key.of("h")), 2, RANGE.members(), 2);
    var right =
        new RangeDescriptor(
            new RangeId(100), new KeySpan(Key.of("h"), Key.of("n")), 2, RANGE.members(), 2);
    assertThat(split)
        .isEqualTo(new RangeStateMachine.Split(left, right, Timestamp.of(10, 1), Timestamp.MIN));
    assertThat(machine.descriptor()).isEqualTo(left);
    byte[] record = store.getLocal(RANGE.id(), StateStore.LocalRecord.DESCRIPTOR);
    assertThat(DescriptorCodec.decodeDescriptor(record)).isEqualTo(left);
    assertThat(stored("h")).isEqualTo(bytes("2"));
    assertThat(machine.takeSplit()).isNull();
    // What was on its way to a key that has left is refused, whoever proposed it.
    assertThat(((KvResponse.Failed) apply(Timestamp.of(11, 0), put("h", "3")).getFirst()).code())
        .isEqualTo(ErrorCode.RANGE_MOVED);
    assertThat(stored("h")).isEqualTo(bytes("2"));
  }

  @Test
  void shouldCutOnceHoweverOftenASplitIsInTheLog() {
    var command = new SplitCommand(1, Key.of("h"), new RangeId(100));
    split(machine, command);
    RangeDescriptor once = machine.descriptor();

    assertThat(split(machine, command)).isNull();
    assertThat(split(machine, new SplitCommand(1, Key.of("c"), new RangeId(101)))).isNull();
    assertThat(split(machine, new SplitCommand(2, Key.of("a"), new RangeId(102)))).isNull();
    assertThat(split(machine, new SplitCommand(2, Key.of("h"), new RangeId(103)))).isNull();
    assertThat(machine.descriptor()).isEqualTo(once);
    assertThat(machine.applied().position().index()).isEqualTo(index);
    assertThat(split(machine, new SplitCommand(2, Key.of("c"), new RangeId(104)))).isNotNull();
  }

  @Test
  void shouldCutTheSameOnEveryReplicaAndWhenReplayed() {
    var first = split(machine, new SplitCommand(1, Key.of("h"), new RangeId(100)));

    // Another replica, or this one after a crash that took the effects away.
    index = 0;
    var again =
        new RangeStateMachine(store, AppliedState.INITIAL, RANGE, new LockTable(), applied -> {});
    var second = split(again, new SplitCommand(1, Key.of("h"), new RangeId(100)));

    assertThat(second).isEqualTo(first);
    assertThat(again.descriptor()).isEqualTo(machine.descriptor());
    assertThat(again.applied()).isEqualTo(machine.applied());
  }

  @Test
  void shouldStopAtAGapInTheLog() {
    index = 4;

    assertThatThrownBy(() -> apply(Timestamp.of(1, 0), put("b", "1")))
        .isInstanceOf(Invariant.Violation.class);
  }

  private static KvRequest.Put put(String key, String value) {
    return new KvRequest.Put(Key.of(key), bytes(value));
  }
}
