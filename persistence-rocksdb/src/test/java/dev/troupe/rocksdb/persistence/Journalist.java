package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.CollectionConverters;

/** Speaks to the journal as a persistent actor does. */
final class Journalist {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PluginSystem plugin;
  private final String persistenceId;
  private final String writerUuid;
  private final TestKit probe;

  Journalist(PluginSystem plugin, String persistenceId) {
    this(plugin, persistenceId, "writer-1");
  }

  Journalist(PluginSystem plugin, String persistenceId, String writerUuid) {
    this.plugin = plugin;
    this.persistenceId = persistenceId;
    this.writerUuid = writerUuid;
    this.probe = plugin.probe();
  }

  PersistentRepr repr(long sequenceNr, Object payload) {
    return PersistentRepr.apply(payload, sequenceNr, persistenceId, "", false, null, writerUuid);
  }

  static Object tagged(Object payload, String... tags) {
    return new Tagged(payload, CollectionConverters.asScala(Set.of(tags)).toSet());
  }

  /** Sends events as one request, each its own atomic write. */
  void send(PersistentRepr... events) {
    List<PersistentEnvelope> writes = new ArrayList<>();
    Arrays.stream(events).map(AtomicWrite::apply).forEach(writes::add);
    sendAll(writes);
  }

  /** Sends events that must be written all or none. */
  void sendAtomically(PersistentRepr... events) {
    sendAll(List.of(AtomicWrite.apply(CollectionConverters.asScala(List.of(events)).toList())));
  }

  void sendAll(List<PersistentEnvelope> writes) {
    tell(
        new JournalProtocol.WriteMessages(
            CollectionConverters.asScala(writes).toList(), probe.getRef(), 1));
  }

  void expectWritten(int events) {
    probe.expectMsg(PATIENCE, JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    for (int i = 0; i < events; i++) {
      expect(JournalProtocol.WriteMessageSuccess.class);
    }
  }

  Throwable expectFailed(int events) {
    Throwable cause = expect(JournalProtocol.WriteMessagesFailed.class).cause();
    for (int i = 0; i < events; i++) {
      expect(JournalProtocol.WriteMessageFailure.class);
    }
    return cause;
  }

  /** Writes events {@code from..to} with payloads {@code e-<n>}. */
  void write(long from, long to) {
    PersistentRepr[] events = new PersistentRepr[(int) (to - from + 1)];
    for (int i = 0; i < events.length; i++) {
      events[i] = repr(from + i, "e-" + (from + i));
    }
    send(events);
    expectWritten(events.length);
  }

  void delete(long to) {
    tell(new JournalProtocol.DeleteMessagesTo(persistenceId, to, probe.getRef()));
    probe.expectMsg(PATIENCE, new DeleteMessagesSuccess(to));
  }

  void askReplay(long from, long to, long max) {
    tell(new JournalProtocol.ReplayMessages(from, to, max, persistenceId, probe.getRef()));
  }

  /** Everything that can be replayed, and checks the highest sequence number. */
  List<PersistentRepr> replay(long expectedHighest) {
    askReplay(0, Long.MAX_VALUE, Long.MAX_VALUE);
    return replayed(expectedHighest);
  }

  List<PersistentRepr> replayed(long expectedHighest) {
    List<PersistentRepr> events = new ArrayList<>();
    while (true) {
      Object message = probe.receiveOne(PATIENCE);
      if (message instanceof JournalProtocol.ReplayedMessage event) {
        events.add(event.persistent());
      } else {
        assertThat(message).isEqualTo(new JournalProtocol.RecoverySuccess(expectedHighest));
        return events;
      }
    }
  }

  Throwable expectReplayFailure() {
    Object message = probe.receiveOne(PATIENCE);
    while (message instanceof JournalProtocol.ReplayedMessage) {
      message = probe.receiveOne(PATIENCE);
    }
    assertThat(message).isInstanceOf(JournalProtocol.ReplayMessagesFailure.class);
    return ((JournalProtocol.ReplayMessagesFailure) message).cause();
  }

  <T> T expect(Class<T> type) {
    return probe.expectMsgClass(PATIENCE, type);
  }

  void tell(Object message) {
    plugin.journal().tell(message, ActorRef.noSender());
  }
}
