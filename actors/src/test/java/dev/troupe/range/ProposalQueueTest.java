package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalQueueTest {
  private static final RangeDescriptor RANGE =
      new RangeDescriptor(new RangeId(7), KeySpan.ALL, 1, Membership.EMPTY, 2);

  private final ProposalQueue queue = new ProposalQueue();
  private final List<RangeReply> replies = new ArrayList<>();

  private ProposalQueue.Waiting put(String key) {
    return put(key, 1_000);
  }

  private ProposalQueue.Waiting put(String key, long deadlineNanos) {
    return new ProposalQueue.Waiting(
        new KvRequest.Put(Key.of(key), new byte[1]), deadlineNanos, replies::add, 0);
  }

  private static LogEntry entry(long index, long term) {
    return new LogEntry(term, index, LogEntry.Kind.COMMAND, new byte[0]);
  }

  @Test
  void shouldLetWritesThatWaitTogetherShareAnEntry() {
    assertThat(queue.add(put("a"))).isTrue();
    assertThat(queue.add(put("b"))).isFalse();

    assertThat(queue.takeGroups(0))
        .hasSize(1)
        .first()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(2);
    assertThat(queue.add(put("c"))).isTrue();
  }

  @Test
  void shouldKeepARangeDeletionAlone() {
    queue.add(put("a"));
    queue.add(
        new ProposalQueue.Waiting(
            new KvRequest.DeleteRange(new KeySpan(Key.of("a"), Key.of("b")), 1),
            1_000,
            replies::add,
            0));
    queue.add(put("c"));

    assertThat(queue.takeGroups(0)).extracting(List::size).containsExactly(1, 1, 1);
  }

  @Test
  void shouldNotDoWhatNobodyWaitsForAnyMore() {
    queue.add(put("late", 99));
    queue.add(put("in time", 100));
    queue.add(put("later", 500));

    assertThat(queue.takeGroups(2, 100))
        .singleElement()
        .satisfies(
            group ->
                assertThat(group)
                    .extracting(ProposalQueue.Waiting::deadlineNanos)
                    .containsOnly(100L));
    assertThat(replies)
        .singleElement()
        .isInstanceOfSatisfying(
            RangeReply.Done.class,
            done ->
                assertThat(done.response())
                    .isInstanceOfSatisfying(
                        KvResponse.Failed.class,
                        failed ->
                            assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED)));
    assertThat(queue.takeGroups(501)).as("all were late").isEmpty();
  }

  @Test
  void shouldSayThatNothingWasDoneWhenAnotherLeadersEntryTookThePlace() {
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(5, 2), List.of(put("a")), 0));

    queue.take(5, 3).answer(entry(5, 3), List.of(), null, RANGE);

    assertThat(replies).containsExactly(new RangeReply.NotLeader(null));
  }

  @Test
  void shouldSendWritesWhoseKeyHasLeftToTheOtherRange() {
    queue.proposed(
        new ProposalQueue.Proposed(new LogPosition(5, 2), List.of(put("a"), put("b")), 0));
    var gone = new KvResponse.Failed(ErrorCode.RANGE_MOVED, "gone");
    var written = new KvResponse.Written(Timestamp.MIN);

    queue.take(5, 2).answer(entry(5, 2), List.of(gone, written), null, RANGE);

    assertThat(replies)
        .containsExactly(new RangeReply.NotOwner(RANGE), new RangeReply.Done(written));
  }

  @Test
  void shouldGiveUpProposalsOfAFormerReignThatAreNotInTheNewLog() {
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(5, 2), List.of(put("a")), 0));
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(7, 2), List.of(put("b")), 0));

    queue.proposed(new ProposalQueue.Proposed(new LogPosition(6, 4), List.of(put("c")), 0));

    assertThat(replies).containsExactly(new RangeReply.NotLeader(null));
    assertThat(queue.take(5, 2).position().term()).isEqualTo(2);
    queue
        .take(6, 4)
        .answer(entry(6, 4), List.of(new KvResponse.Written(Timestamp.MIN)), null, RANGE);
    assertThat(replies.getLast()).isInstanceOf(RangeReply.Done.class);
  }

  /** The place behind the new leader's entry may stay empty until somebody writes again. */
  @Test
  void shouldNotWaitForPlacesThatAreBehindAnEntryOfALaterTerm() {
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(5, 2), List.of(put("a")), 0));
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(6, 2), List.of(put("b")), 0));
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(7, 2), List.of(put("c")), 0));

    assertThat(queue.take(5, 2).position().index()).isEqualTo(5);
    assertThat(replies).isEmpty();
    assertThat(queue.take(6, 3).position().index()).isEqualTo(6);
    assertThat(replies).containsExactly(new RangeReply.NotLeader(null));
    assertThat(queue.inLog()).isZero();
  }

  @Test
  void shouldCallUnknownWhatIsInTheLogAndUndoneWhatIsNot() {
    queue.proposed(new ProposalQueue.Proposed(new LogPosition(5, 2), List.of(put("a")), 0));
    queue.add(put("b"));

    queue.abandon("stopped");

    assertThat(replies.getFirst())
        .isEqualTo(new RangeReply.Done(new KvResponse.Failed(ErrorCode.AMBIGUOUS, "stopped")));
    assertThat(replies.getLast()).isEqualTo(new RangeReply.NotLeader(null));
  }
}
