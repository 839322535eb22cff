package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is left of ranges that are no more is found, and what somebody still needs is left alone.
 */
class StrayReplicasTest {
  private static final NodeId SELF = new NodeId(3);
  private static final long LEFT = 7;
  private static final long STRAY = 9;

  private final MemoryLogStore log = new MemoryLogStore();
  private final MemoryStateStore state = new MemoryStateStore();
  private final ReplicaDirectory directory = new ReplicaDirectory();
  private final TestInbox<RangeReplica.Command> inbox = TestInbox.create();
  private final List<KvRequest> asked = new ArrayList<>();
  private @Nullable RangeDescriptor owner;

  private final StrayReplicas strays =
      new StrayReplicas(
          SELF,
          (request, deadline, reply) -> {
            asked.add(request);
            RangeDescriptor told = owner;
            reply.accept(
                told == null
                    ? new KvResponse.Failed(ErrorCode.DEADLINE_EXCEEDED, "nobody answers")
                    : new KvResponse.Page(List.of(row(told)), null, Timestamp.MIN));
          },
          directory,
          log,
          state,
          Runnable::run,
          () -> 0);

  private static KvResponse.Row row(RangeDescriptor range) {
    return new KvResponse.Row(
        Keyspace.meta(range.span().end()), DescriptorCodec.encode(range), Timestamp.MIN);
  }

  private static RangeDescriptor range(long id, String start, String end, long generation) {
    return new RangeDescriptor(
        new RangeId(id),
        new KeySpan(Key.of(start), Key.of(end)),
        generation,
        Membership.of(new Member(new ReplicaId(1), SELF, Member.Role.VOTER)),
        5);
  }

  private LocalReplica runs(RangeDescriptor range) {
    ReplicaKey key = stores(range.id());
    try (StateStore.Batch batch = state.newBatch()) {
      batch.putLocal(range.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(range));
      batch.commit();
    }
    var replica = new LocalReplica(key, inbox.getRef());
    replica.view().describe(range);
    directory.register(replica);
    return replica;
  }

  private ReplicaKey stores(RangeId range) {
    var key = new ReplicaKey(range, new ReplicaId(1));
    log.write(new LogWrite.Create(key, HardState.INITIAL, LogPosition.ZERO), () -> {});
    return key;
  }

  private void lookTwice() {
    strays.look();
    strays.look();
  }

  private void assertGone(boolean gone) {
    assertThat(inbox.getAllReceived())
        .isEqualTo(gone ? List.of(new RangeReplica.Destroy(Long.MAX_VALUE)) : List.of());
  }

  @Test
  void shouldRemoveWhatIsLeftOfARangeThatWasTakenOver() {
    runs(range(STRAY, "h", "n", 3));
    owner = range(LEFT, "a", "n", 8);

    strays.look();
    assertThat(asked).as("it may only be electing").isEmpty();
    strays.look();

    assertGone(true);
  }

  @Test
  void shouldLeaveReplicasAloneThatHaveALeader() {
    runs(range(STRAY, "h", "n", 3)).leadership(Role.FOLLOWER, true, directory.metrics());
    owner = range(LEFT, "a", "n", 8);

    lookTwice();

    assertThat(asked).isEmpty();
    assertGone(false);
  }

  @Test
  void shouldLeaveReplicasAloneWhoseRangeLives() {
    runs(range(STRAY, "h", "n", 3));
    owner = range(STRAY, "h", "k", 6);
    lookTwice();
    owner = range(LEFT, "a", "n", 2);
    lookTwice();
    owner = null;
    lookTwice();

    assertThat(asked).isNotEmpty();
    assertGone(false);
  }

  /** A learner asks for no votes: nobody tells it. */
  @Test
  void shouldRemoveWhatItsRangeHasGoneOnWithout() {
    runs(range(STRAY, "h", "n", 3));
    owner = elsewhere(range(STRAY, "h", "k", 6));
    lookTwice();

    assertThat(inbox.getAllReceived()).containsExactly(new RangeReplica.Destroy(5));
  }

  @Test
  void shouldNotTakeAnOldRecordForARemoval() {
    runs(range(STRAY, "h", "n", 3));
    owner = elsewhere(range(STRAY, "h", "n", 2));
    lookTwice();

    assertGone(false);
  }

  private static RangeDescriptor elsewhere(RangeDescriptor range) {
    var other = new Member(new ReplicaId(2), new NodeId(4), Member.Role.VOTER);
    return new RangeDescriptor(
        range.id(), range.span(), range.generation(), Membership.of(other), range.nextReplicaId());
  }

  @Test
  void shouldWaitForANeighbourThatHasNotComeToTheTakingOver() {
    runs(range(STRAY, "h", "n", 3));
    runs(range(LEFT, "a", "h", 4)).leadership(Role.FOLLOWER, true, directory.metrics());
    owner = range(LEFT, "a", "n", 8);

    lookTwice();

    assertGone(false);
  }

  @Test
  void shouldNotWaitForANeighbourThatIsPastTheTakingOver() {
    runs(range(STRAY, "h", "n", 3));
    runs(range(LEFT, "a", "h", 9)).leadership(Role.FOLLOWER, true, directory.metrics());
    owner = range(11, "h", "n", 9);

    lookTwice();

    assertGone(true);
  }

  @Test
  void shouldWaitForReplicasThatDoNotKnowTheirKeysYet() {
    runs(range(STRAY, "h", "n", 3));
    stores(new RangeId(20));
    owner = range(LEFT, "a", "n", 8);

    lookTwice();

    assertGone(false);
  }

  @Test
  void shouldAskAboutAllInTurnsWhenMostHaveNoLeader() {
    for (int i = 100; i < 250; i++) {
      runs(range(i, "k" + i, "k" + (i + 1), 1));
    }
    strays.look();
    strays.look();
    assertThat(asked).hasSize(64);
    strays.look();
    strays.look();

    assertThat(asked).hasSize(192);
    assertThat(
            asked.stream()
                .map(KvRequest.Scan.class::cast)
                .map(scan -> scan.span().start())
                .distinct())
        .hasSize(150);
  }
}
