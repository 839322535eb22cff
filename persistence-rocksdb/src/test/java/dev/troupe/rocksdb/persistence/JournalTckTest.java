package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.NotSerializableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** Each rule of Pekko's JournalSpec, with every optional capability. */
final class JournalTckTest {
  private static final int ACTOR_INSTANCE = 1;
  private static final long ALL = Long.MAX_VALUE;

  @TempDir static Path directory;
  private static PluginSystem plugin;

  private String id;
  private String writer;
  private TestKit sender;
  private TestKit receiver;

  @BeforeAll
  static void start() {
    plugin = PluginSystem.start(directory);
  }

  @AfterAll
  static void stop() {
    plugin.close();
  }

  /** As the specification does: three single writes, then one atomic write of two events. */
  @BeforeEach
  void writeFiveEvents(TestInfo test) {
    id = test.getDisplayName();
    writer = UUID.randomUUID().toString();
    sender = plugin.probe();
    receiver = plugin.probe();
    TestKit probe = plugin.probe();
    write(
        probe,
        List.of(
            AtomicWrite.apply(event(1)),
            AtomicWrite.apply(event(2)),
            AtomicWrite.apply(event(3)),
            AtomicWrite.apply(scalaSeq(List.of(event(4), event(5))))));
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    for (int i = 1; i <= 5; i++) {
      JournalProtocol.WriteMessageSuccess success =
          probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
      assertThat(success.persistent()).isEqualTo(event(i));
      assertThat(success.actorInstanceId()).isEqualTo(ACTOR_INSTANCE);
      assertThat(probe.getLastSender()).isEqualTo(sender.getRef());
    }
  }

  @Test
  void shouldReplayAllMessages() {
    replay(1, ALL, ALL);
    expectReplayed(1, 5);
    expectRecovered(5);
  }

  @Test
  void shouldReplayFromALowerSequenceNumberBound() {
    replay(3, ALL, ALL);
    expectReplayed(3, 5);
    expectRecovered(5);
  }

  @Test
  void shouldReplayToAnUpperSequenceNumberBound() {
    replay(1, 3, ALL);
    expectReplayed(1, 3);
    expectRecovered(5);
  }

  @Test
  void shouldReplayNoMoreThanTheCountLimit() {
    replay(1, ALL, 3);
    expectReplayed(1, 3);
    expectRecovered(5);
  }

  @Test
  void shouldReplayBetweenBothSequenceNumberBounds() {
    replay(2, 3, ALL);
    expectReplayed(2, 3);
    expectRecovered(5);
  }

  @Test
  void shouldReplayBetweenBothBoundsNoMoreThanTheCountLimit() {
    replay(2, 5, 2);
    expectReplayed(2, 3);
    expectRecovered(5);
  }

  @Test
  void shouldReplayASingleMessageWhenBothBoundsAreEqual() {
    replay(2, 2, ALL);
    expectReplayed(2, 2);
    expectRecovered(5);
  }

  @Test
  void shouldReplayASingleMessageWhenTheCountLimitIsOne() {
    replay(2, 4, 1);
    expectReplayed(2, 2);
    expectRecovered(5);
  }

  @Test
  void shouldReplayNothingWhenTheCountLimitIsZero() {
    replay(2, 4, 0);
    expectRecovered(5);
  }

  @Test
  void shouldReplayNothingWhenTheLowerBoundIsAboveTheUpper() {
    replay(3, 2, ALL);
    expectRecovered(5);
  }

  @Test
  void shouldReplayNothingWhenNothingWasWritten() {
    tellJournal(
        new JournalProtocol.ReplayMessages(0, ALL, ALL, "non-existing-id", receiver.getRef()));
    expectRecovered(0);
  }

  @Test
  void shouldNotReplayDeletedMessages() {
    TestKit deleter = plugin.probe();
    TestKit published = plugin.probe();
    var command = new JournalProtocol.DeleteMessagesTo(id, 3, deleter.getRef());
    plugin
        .system()
        .getEventStream()
        .subscribe(published.getRef(), JournalProtocol.DeleteMessagesTo.class);

    tellJournal(command);

    published.fishForMessage(
        Duration.ofSeconds(10), "the command itself", message -> message.equals(command));
    deleter.expectMsg(new org.apache.pekko.persistence.DeleteMessagesSuccess(3));
    replay(1, ALL, ALL);
    expectReplayed(4, 5);
    expectRecovered(5);
    deleter.expectNoMessage(Duration.ofMillis(200));
  }

  @Test
  void shouldReplayAWindowThatSpansADeletedPrefix() {
    delete(3);
    replay(2, 4, ALL);
    expectReplayed(4, 4);
    expectRecovered(5);
    replay(1, ALL, 1);
    expectReplayed(4, 4);
    expectRecovered(5);
  }

  @Test
  void shouldKeepTheHighestSequenceNumberAfterADeletion() {
    replay(0, ALL, ALL);
    expectReplayed(1, 5);
    expectRecovered(5);
    delete(3);
    replay(0, ALL, ALL);
    expectReplayed(4, 5);
    expectRecovered(5);
  }

  @Test
  void shouldKeepTheHighestSequenceNumberAfterDeletingEverything() {
    replay(0, ALL, ALL);
    expectReplayed(1, 5);
    expectRecovered(5);
    delete(ALL);
    replay(0, ALL, ALL);
    expectRecovered(5);
  }

  @Test
  void shouldRejectOnlyTheEventThatCannotBeSerialized() {
    Object unserializable = new Object();
    TestKit probe = plugin.probe();
    write(
        probe,
        List.of(
            AtomicWrite.apply(repr("b-6", 6, null)),
            AtomicWrite.apply(repr(unserializable, 7, null)),
            AtomicWrite.apply(repr("b-8", 8, null))));

    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class).persistent())
        .isEqualTo(repr("b-6", 6, null));
    var rejected = probe.expectMsgClass(JournalProtocol.WriteMessageRejected.class);
    assertThat(rejected.message().payload()).isSameAs(unserializable);
    assertThat(rejected.message().sequenceNr()).isEqualTo(7);
    assertThat(rejected.cause()).isInstanceOf(NotSerializableException.class);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class).persistent())
        .isEqualTo(repr("b-8", 8, null));
    replay(6, ALL, ALL);
    assertThat(nextReplayed().payload()).isEqualTo("b-6");
    assertThat(nextReplayed().payload()).isEqualTo("b-8");
    expectRecovered(8);
  }

  @Test
  void shouldSerializeEvents() {
    TestKit probe = plugin.probe();
    TckPayload payload = new TckPayload(probe.getRef());
    write(probe, List.of(AtomicWrite.apply(repr(payload, 6, null))));

    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class).persistent())
        .isEqualTo(repr(payload, 6, null));
    replay(6, ALL, ALL);
    assertThat(nextReplayed()).isEqualTo(repr(payload, 6, null));
    expectRecovered(6);
  }

  @Test
  void shouldReturnMetadata() {
    TestKit probe = plugin.probe();
    TckPayload payload = new TckPayload(probe.getRef());
    write(probe, List.of(AtomicWrite.apply(repr(payload, 6, null).withMetadata("meta-data"))));

    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    var success = probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
    assertThat(success.persistent().metadata()).isEqualTo(scala.Some.apply("meta-data"));
    replay(6, 6, 1);
    PersistentRepr replayed = nextReplayed();
    assertThat(replayed).isEqualTo(repr(payload, 6, null));
    assertThat(replayed.metadata()).isEqualTo(scala.Some.apply("meta-data"));
    expectRecovered(6);
  }

  private void replay(long from, long to, long max) {
    tellJournal(new JournalProtocol.ReplayMessages(from, to, max, id, receiver.getRef()));
  }

  private void delete(long to) {
    tellJournal(new JournalProtocol.DeleteMessagesTo(id, to, receiver.getRef()));
    receiver.expectMsg(new org.apache.pekko.persistence.DeleteMessagesSuccess(to));
  }

  private void expectReplayed(long from, long to) {
    List<Object> payloads = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      PersistentRepr repr = nextReplayed();
      assertThat(repr).isEqualTo(repr("a-" + i, i, null));
      payloads.add(repr.payload());
    }
    assertThat(payloads).hasSize(LongStream.rangeClosed(from, to).toArray().length);
  }

  private PersistentRepr nextReplayed() {
    return receiver.expectMsgClass(JournalProtocol.ReplayedMessage.class).persistent();
  }

  private void expectRecovered(long highest) {
    receiver.expectMsg(new JournalProtocol.RecoverySuccess(highest));
  }

  private void write(TestKit probe, List<PersistentEnvelope> writes) {
    tellJournal(
        new JournalProtocol.WriteMessages(scalaSeq(writes), probe.getRef(), ACTOR_INSTANCE));
  }

  private static void tellJournal(Object message) {
    plugin.journal().tell(message, ActorRef.noSender());
  }

  private PersistentRepr event(long sequenceNr) {
    return repr("a-" + sequenceNr, sequenceNr, sender.getRef());
  }

  private PersistentRepr repr(Object payload, long sequenceNr, ActorRef from) {
    return PersistentRepr.apply(payload, sequenceNr, id, "", false, from, writer);
  }

  private static <T> scala.collection.immutable.Seq<T> scalaSeq(List<T> items) {
    return CollectionConverters.asScala(items).toList();
  }
}
