package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** What the journal promises beyond Pekko's own test kit. */
final class JournalTest {
  @TempDir Path directory;
  private PluginSystem plugin;
  private Journalist journalist;

  @BeforeEach
  void start() {
    plugin = PluginSystem.start(directory);
    journalist = new Journalist(plugin, "account-1");
  }

  @AfterEach
  void stop() {
    plugin.close();
  }

  @Test
  void shouldShareOneSyncAmongManyPersistenceIds() {
    journalist.write(1, 1);
    long before = plugin.syncs();
    List<Journalist> writers = new ArrayList<>();
    try (HeldWriter held = HeldWriter.of(plugin.store())) {
      for (int i = 0; i < 500; i++) {
        Journalist writer = new Journalist(plugin, "id-" + i);
        writer.send(writer.repr(1, "first"));
        writers.add(writer);
      }
      // The journal handles its messages in order: with this answered, all writes are queued.
      assertThat(new Journalist(plugin, "nobody").replay(0)).isEmpty();
    }
    writers.forEach(writer -> writer.expectWritten(1));
    assertThat(plugin.syncs() - before).isEqualTo(1);
  }

  @Test
  void shouldSyncOnceForOneRequest() {
    journalist.write(1, 1);
    long before = plugin.syncs();
    journalist.write(2, 101);
    assertThat(plugin.syncs() - before).isEqualTo(1);
  }

  @Test
  void shouldSeeAWriteThatIsStillOnItsWay() {
    for (int i = 1; i <= 50; i++) {
      journalist.send(journalist.repr(i, "e-" + i));
      Journalist reader = new Journalist(plugin, "account-1");
      reader.askReplay(i, Long.MAX_VALUE, Long.MAX_VALUE);
      assertThat(reader.replayed(i))
          .extracting(PersistentRepr::sequenceNr)
          .containsExactly((long) i);
      journalist.expectWritten(1);
    }
  }

  @Test
  void shouldKeepEverythingOverARestart() {
    PersistentRepr full =
        journalist.repr(1, new Numbered("a", 1)).withManifest("m-1").withTimestamp(77);
    journalist.send(full.withMetadata(new Numbered("meta", 2)));
    journalist.expectWritten(1);
    journalist.write(2, 3);

    restart();

    List<PersistentRepr> events = journalist.replay(3);
    assertThat(events).hasSize(3).first().isEqualTo(full);
    assertThat(events.getFirst().timestamp()).isEqualTo(77);
    assertThat(events.getFirst().metadata()).isEqualTo(scala.Option.apply(new Numbered("meta", 2)));
    assertThat(events.get(1).timestamp()).isPositive();
  }

  @Test
  void shouldKeepTheHighestSequenceNumberOfADeletedIdOverARestart() {
    journalist.write(1, 5);
    journalist.delete(Long.MAX_VALUE);
    restart();
    assertThat(journalist.replay(5)).isEmpty();
    journalist.write(6, 6);
    assertThat(journalist.replay(6)).extracting(PersistentRepr::sequenceNr).containsExactly(6L);
  }

  @Test
  void shouldNotDeleteWhatIsWrittenAfterTheDeletion() {
    journalist.write(1, 3);
    for (int i = 4; i < 60; i++) {
      Journalist deleter = new Journalist(plugin, "account-1");
      journalist.send(journalist.repr(i, "kept"));
      deleter.tell(
          new JournalProtocol.DeleteMessagesTo(
              "account-1", Long.MAX_VALUE, plugin.probe().getRef()));
      i++;
      journalist.send(journalist.repr(i, "kept"));
      journalist.expectWritten(1);
      journalist.expectWritten(1);
      assertThat(deleter.replay(i))
          .extracting(PersistentRepr::sequenceNr)
          .containsExactly((long) i);
    }
  }

  @Test
  void shouldRemoveDeletedEventsFromTheStore() {
    int events = 2500;
    PersistentRepr[] tagged =
        IntStream.rangeClosed(1, events)
            .mapToObj(i -> journalist.repr(i, Journalist.tagged("e", "even-" + i % 2, "all")))
            .toArray(PersistentRepr[]::new);
    journalist.send(tagged);
    journalist.expectWritten(events);
    new Journalist(plugin, "account-10").write(1, 3);

    journalist.delete(events - 1);

    PersistenceStore store = PersistenceStores.get(plugin.system()).store("");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(StoreBytes.keys(store, Family.EVENTS, new byte[0])).hasSize(4);
              assertThat(StoreBytes.keys(store, Family.TAGS, new byte[0])).hasSize(2);
            });
    assertThat(journalist.replay(events)).hasSize(1);
  }

  @Test
  void shouldWriteNothingOfAnAtomicWriteWithAnUnserializableEvent() {
    journalist.sendAtomically(journalist.repr(1, "good"), journalist.repr(2, new Object()));
    journalist.expect(JournalProtocol.WriteMessagesSuccessful$.MODULE$.getClass());
    journalist.expect(JournalProtocol.WriteMessageRejected.class);
    journalist.expect(JournalProtocol.WriteMessageRejected.class);
    assertThat(journalist.replay(0)).isEmpty();
  }

  @Test
  void shouldRejectAnEventAboveTheSizeLimit() {
    plugin.close();
    plugin = PluginSystem.start(directory, "troupe.persistence.journal.event-bytes-max = 1000");
    journalist = new Journalist(plugin, "account-1");
    List<PersistentEnvelope> writes = new ArrayList<>();
    writes.add(AtomicWrite.apply(journalist.repr(1, "small")));
    writes.add(AtomicWrite.apply(journalist.repr(2, "x".repeat(2000))));
    journalist.sendAll(writes);
    journalist.expect(JournalProtocol.WriteMessagesSuccessful$.MODULE$.getClass());
    journalist.expect(JournalProtocol.WriteMessageSuccess.class);
    Throwable why = journalist.expect(JournalProtocol.WriteMessageRejected.class).cause();
    assertThat(why).hasMessageContaining("event 2 of 'account-1'").hasMessageContaining("1000");
  }

  @Test
  void shouldRefuseASecondWriterOfTheSamePersistenceId() {
    journalist.write(1, 5);
    Journalist second = new Journalist(plugin, "account-1", "writer-2");
    second.send(second.repr(5, "overwritten"), second.repr(6, "behind"));
    Throwable cause = second.expectFailed(2);
    assertThat(cause).isInstanceOf(TroupeException.class).hasMessageContaining("Another writer");
    assertThat(((TroupeException) cause).code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(journalist.replay(5)).extracting(PersistentRepr::payload).last().isEqualTo("e-5");
  }

  @Test
  void shouldKeepOthersInTheBatchWhenOneIsRefused() {
    journalist.write(1, 1);
    List<Journalist> writers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Journalist writer = new Journalist(plugin, i % 2 == 0 ? "account-1" : "id-" + i);
      writer.send(writer.repr(1, "first"));
      writers.add(writer);
    }
    for (int i = 0; i < writers.size(); i++) {
      if (i % 2 == 0) {
        writers.get(i).expectFailed(1);
      } else {
        writers.get(i).expectWritten(1);
        assertThat(writers.get(i).replay(1)).hasSize(1);
      }
    }
  }

  @Test
  void shouldFailTheReplayOfADamagedEvent() {
    journalist.write(1, 3);
    PersistenceStore store = PersistenceStores.get(plugin.system()).store("");
    StoreBytes.damage(store, Family.EVENTS, KeyCodec.textAndNumber("account-1", 2));
    journalist.askReplay(1, Long.MAX_VALUE, Long.MAX_VALUE);
    Throwable cause = journalist.expectReplayFailure();
    assertThat(cause)
        .isInstanceOf(TroupeException.class)
        .hasMessageContaining("event 2 of 'account-1'")
        .hasMessageContaining("checksum");
    assertThat(((TroupeException) cause).code()).isEqualTo(ErrorCode.CORRUPTION);
  }

  @Test
  void shouldKeepPersistenceIdsApartThatArePrefixesOfEachOther() {
    List<String> ids = List.of("a", "a\0", "a\0b", "ab", "a\u0001", "ä", "");
    for (String id : ids) {
      new Journalist(plugin, id).write(1, 2);
    }
    for (String id : ids) {
      assertThat(new Journalist(plugin, id).replay(2))
          .extracting(PersistentRepr::persistenceId)
          .containsExactly(id, id);
    }
  }

  @Test
  void shouldReplayManyEventsInOrder() {
    int events = 20_000;
    for (int from = 1; from <= events; from += 1000) {
      journalist.write(from, from + 999);
    }
    List<PersistentRepr> replayed = journalist.replay(events);
    assertThat(replayed).hasSize(events);
    assertThat(replayed).extracting(PersistentRepr::sequenceNr).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void shouldAcceptRequestsOfSeveralPersistenceIds() {
    Journalist other = new Journalist(plugin, "account-2");
    List<PersistentEnvelope> writes =
        List.of(
            AtomicWrite.apply(journalist.repr(1, "x")),
            AtomicWrite.apply(
                CollectionConverters.asScala(List.of(other.repr(1, "y"), other.repr(2, "z")))
                    .toList()));
    journalist.sendAll(writes);
    journalist.expectWritten(3);
    assertThat(journalist.replay(1)).hasSize(1);
    assertThat(other.replay(2)).hasSize(2);
  }

  private void restart() {
    plugin.close();
    plugin = PluginSystem.start(directory);
    journalist = new Journalist(plugin, "account-1");
  }
}
