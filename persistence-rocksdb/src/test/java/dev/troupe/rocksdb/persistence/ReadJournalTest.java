package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.Sequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.FutureConverters;

final class ReadJournalTest {
  private static final long ALL = Long.MAX_VALUE;
  private static final Duration QUIET = Duration.ofMillis(100);

  @TempDir Path directory;
  private PluginSystem plugin;
  private RocksReadJournal journal;

  @BeforeEach
  void start() {
    // Small pages so that every query crosses their ends; no refresh, so that signals must do.
    plugin =
        PluginSystem.start(
            directory,
            """
            troupe.persistence.query { page-size = 3, refresh-interval = 1h }
            """);
    journal =
        PersistenceQuery.get(plugin.system())
            .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
  }

  @AfterEach
  void stop() {
    plugin.close();
  }

  @Test
  void shouldGiveTheCurrentEventsOfAnId() {
    writer("a").write(1, 10);
    writer("b").write(1, 2);
    assertThat(currentEvents("a", 0, ALL))
        .extracting(EventEnvelope::sequenceNr)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    assertThat(currentEvents("a", 4, 6))
        .extracting(EventEnvelope::event)
        .containsExactly("e-4", "e-5", "e-6");
    assertThat(currentEvents("a", 9, 20)).hasSize(2);
    assertThat(currentEvents("a", 6, 5)).isEmpty();
    assertThat(currentEvents("a", 11, ALL)).isEmpty();
    assertThat(currentEvents("none", 0, ALL)).isEmpty();
    assertThat(currentEvents("a", 0, ALL)).allMatch(event -> event.timestamp() > 0);
  }

  @Test
  void shouldNotShowDeletedEvents() {
    Journalist writer = writer("a");
    writer.send(
        writer.repr(1, Journalist.tagged("e-1", "red")),
        writer.repr(2, Journalist.tagged("e-2", "red")),
        writer.repr(3, Journalist.tagged("e-3", "red")));
    writer.expectWritten(3);
    writer.delete(2);
    assertThat(currentEvents("a", 0, ALL)).extracting(EventEnvelope::event).containsExactly("e-3");
    assertThat(currentByTag("red", Offset.noOffset()))
        .extracting(EventEnvelope::event)
        .containsExactly("e-3");
    assertThat(currentIds()).containsExactly("a");
  }

  @Test
  void shouldFollowTheEventsOfAnId() {
    Journalist writer = writer("a");
    writer.write(1, 5);
    try (Streamed<EventEnvelope> events = follow("a", 2, ALL)) {
      assertThat(numbers(events.next(4))).containsExactly(2L, 3L, 4L, 5L);
      writer("b").write(1, 3);
      for (long i = 6; i < 30; i++) {
        writer.write(i, i);
        assertThat(events.next().sequenceNr()).isEqualTo(i);
      }
      assertThat(events.poll(QUIET)).isNull();
    }
  }

  @Test
  void shouldFollowAnIdThatHasNoEventsYet() {
    try (Streamed<EventEnvelope> events = follow("late", 0, ALL)) {
      assertThat(events.poll(QUIET)).isNull();
      writer("late").write(1, 7);
      assertThat(numbers(events.next(7))).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }
  }

  @Test
  void shouldEndALiveQueryAtItsLastSequenceNumber() {
    Journalist writer = writer("a");
    writer.write(1, 4);
    assertThat(Streamed.all(journal.eventsByPersistenceId("a", 2, 4), plugin.system())).hasSize(3);
    writer.delete(4);
    assertThat(Streamed.all(journal.eventsByPersistenceId("a", 2, 4), plugin.system())).isEmpty();
    CompletionStage<List<EventEnvelope>> waiting =
        journal
            .eventsByPersistenceId("a", 0, 6)
            .runWith(org.apache.pekko.stream.javadsl.Sink.seq(), plugin.system());
    writer.write(5, 8);
    assertThat(await(waiting)).extracting(EventEnvelope::sequenceNr).containsExactly(5L, 6L);
  }

  @Test
  void shouldGiveTheCurrentEventsOfATagBehindAnOffset() {
    Journalist a = writer("a");
    Journalist b = writer("b");
    for (int i = 1; i <= 8; i++) {
      a.send(a.repr(i, Journalist.tagged("a" + i, "red", i % 2 == 0 ? "even" : "odd")));
      a.expectWritten(1);
      b.send(b.repr(i, Journalist.tagged("b" + i, "red")));
      b.expectWritten(1);
    }
    List<EventEnvelope> red = currentByTag("red", Offset.noOffset());
    assertThat(red).hasSize(16);
    assertThat(red.subList(0, 4))
        .extracting(EventEnvelope::event)
        .containsExactly("a1", "b1", "a2", "b2");
    assertThat(offsets(red)).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < red.size(); i++) {
      assertThat(currentByTag("red", red.get(i).offset()))
          .extracting(EventEnvelope::event)
          .containsExactlyElementsOf(
              red.subList(i + 1, red.size()).stream().map(EventEnvelope::event).toList());
    }
    assertThat(currentByTag("even", Offset.noOffset())).hasSize(4);
    assertThat(currentByTag("re", Offset.noOffset())).isEmpty();
    assertThat(currentByTag("red", Offset.sequence(ALL))).isEmpty();
  }

  @Test
  void shouldGiveTheSameOffsetOfAnEventInAllQueries() {
    Journalist a = writer("a");
    a.send(a.repr(1, Journalist.tagged("e", "red", "blue")));
    a.expectWritten(1);
    Offset offset = currentEvents("a", 0, ALL).getFirst().offset();
    assertThat(currentByTag("red", Offset.noOffset()).getFirst().offset()).isEqualTo(offset);
    assertThat(currentByTag("blue", Offset.noOffset()).getFirst().offset()).isEqualTo(offset);
  }

  @Test
  void shouldNeitherMissNorRepeatNorReorderTaggedEventsOfConcurrentWriters() {
    int writers = 12;
    int events = 60;
    try (Streamed<EventEnvelope> fromBefore = followTag("busy", Offset.noOffset())) {
      Thread[] threads = new Thread[writers];
      for (int w = 0; w < writers; w++) {
        Journalist writer = writer("w-" + w);
        threads[w] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 1; i <= events; i++) {
                        writer.send(writer.repr(i, Journalist.tagged("e", "busy")));
                        writer.expectWritten(1);
                      }
                    });
      }
      try (Streamed<EventEnvelope> fromBetween = followTag("busy", Offset.noOffset())) {
        List<EventEnvelope> first = fromBefore.next(writers * events);
        assertComplete(first, writers, events);
        assertThat(fromBetween.next(writers * events)).isEqualTo(first);
        assertThat(fromBefore.poll(QUIET)).isNull();
        assertThat(fromBetween.poll(QUIET)).isNull();
        assertThat(currentByTag("busy", Offset.noOffset())).isEqualTo(first);
      }
    }
  }

  @Test
  void shouldGoOnAfterARestartWithHigherOffsets() {
    Journalist before = writer("a");
    before.send(before.repr(1, Journalist.tagged("e-1", "red")));
    before.expectWritten(1);
    Offset last = currentByTag("red", Offset.noOffset()).getLast().offset();
    before.delete(ALL);

    plugin.close();
    start();

    Journalist after = writer("a");
    after.send(after.repr(2, Journalist.tagged("e-2", "red")));
    after.expectWritten(1);
    List<EventEnvelope> red = currentByTag("red", last);
    assertThat(red).extracting(EventEnvelope::event).containsExactly("e-2");
  }

  @Test
  void shouldListAndFollowPersistenceIds() {
    for (String id : List.of("b", "a", "d", "c")) {
      writer(id).write(1, 2);
    }
    assertThat(currentIds()).containsExactly("a", "b", "c", "d");
    assertThat(Streamed.all(journal.currentPersistenceIds(Optional.of("b"), 10), plugin.system()))
        .containsExactly("c", "d");
    assertThat(Streamed.all(journal.currentPersistenceIds(Optional.empty(), 2), plugin.system()))
        .containsExactly("a", "b");
    try (Streamed<String> ids = Streamed.start(journal.persistenceIds(), plugin.system())) {
      assertThat(ids.next(4)).containsExactly("b", "a", "d", "c");
      writer("a").write(3, 3);
      writer("new").write(5, 5);
      assertThat(ids.next()).isEqualTo("new");
      writer("b").delete(ALL);
      writer("b").write(3, 3);
      writer("newer").write(1, 1);
      assertThat(ids.next()).isEqualTo("newer");
      assertThat(ids.poll(QUIET)).isNull();
    }
  }

  @Test
  void shouldAnswerAboutSingleEvents() {
    Journalist writer = writer("Cart|7");
    writer.send(writer.repr(1, "one").withTimestamp(5000), writer.repr(2, "two"));
    writer.expectWritten(2);
    assertThat(await(journal.currentLastSequenceNumberByPersistenceId("Cart|7"))).contains(2L);
    assertThat(await(journal.currentLastSequenceNumberByPersistenceId("none"))).isEmpty();
    assertThat(await(journal.timestampOf("Cart|7", 1))).contains(Instant.ofEpochMilli(5000));
    assertThat(await(journal.timestampOf("Cart|7", 3))).isEmpty();
    var envelope = await(journal.<Object>loadEnvelope("Cart|7", 2));
    assertThat(envelope.event()).isEqualTo("two");
    assertThat(envelope.entityType()).isEqualTo("Cart");
    assertThatThrownBy(() -> await(journal.loadEnvelope("Cart|7", 3)))
        .hasCauseInstanceOf(NoSuchElementException.class);
  }

  @Test
  void shouldServeTheScalaInterfaces() {
    Journalist writer = writer("a");
    writer.send(writer.repr(1, Journalist.tagged("e", "red")));
    writer.expectWritten(1);
    ScalaRocksReadJournal scala =
        PersistenceQuery.get(plugin.system()).readJournalFor(RocksReadJournal.IDENTIFIER);
    assertThat(
            Streamed.all(
                scala.currentEventsByTag("red", Offset.noOffset()).asJava(), plugin.system()))
        .hasSize(1);
    assertThat(Streamed.all(scala.currentPersistenceIds().asJava(), plugin.system()))
        .containsExactly("a");
    assertThat(
            await(FutureConverters.asJava(scala.currentLastSequenceNumberByPersistenceId("a")))
                .get())
        .isEqualTo(1L);
  }

  @Test
  void shouldFailAQueryThatMeetsADamagedEvent() {
    Journalist writer = writer("a");
    writer.send(writer.repr(1, Journalist.tagged("e", "red")));
    writer.expectWritten(1);
    var store = PersistenceStores.get(plugin.system()).store("");
    byte[] key = KeyCodec.textAndNumber("a", 1);
    StoreBytes.damage(store, Family.EVENTS, key);
    assertThatThrownBy(() -> currentByTag("red", Offset.noOffset()))
        .hasMessageContaining("event 1 of 'a' is damaged");
    StoreBytes.delete(store, Family.EVENTS, key);
    assertThatThrownBy(() -> currentByTag("red", Offset.noOffset()))
        .hasMessageContaining("it is missing");
  }

  @Test
  void shouldStopWatchingWhenAQueryEnds() {
    Streamed<EventEnvelope> events = followTag("red", Offset.noOffset());
    var signals = PersistenceStores.get(plugin.system()).store("").signals();
    org.awaitility.Awaitility.await().until(signals::isWatched);
    events.close();
    org.awaitility.Awaitility.await().until(() -> !signals.isWatched());
  }

  private static void assertComplete(List<EventEnvelope> events, int writers, int perWriter) {
    Map<String, Long> last = new HashMap<>();
    for (EventEnvelope event : events) {
      long before = last.getOrDefault(event.persistenceId(), 0L);
      assertThat(event.sequenceNr()).isEqualTo(before + 1);
      last.put(event.persistenceId(), event.sequenceNr());
    }
    assertThat(last).hasSize(writers).allSatisfy((id, n) -> assertThat(n).isEqualTo(perWriter));
    assertThat(offsets(events)).isSorted().doesNotHaveDuplicates();
  }

  private static List<Long> offsets(List<EventEnvelope> events) {
    return events.stream().map(event -> ((Sequence) event.offset()).value()).toList();
  }

  private static List<Long> numbers(List<EventEnvelope> events) {
    return new ArrayList<>(events.stream().map(EventEnvelope::sequenceNr).toList());
  }

  private Journalist writer(String id) {
    return new Journalist(plugin, id);
  }

  private List<EventEnvelope> currentEvents(String id, long from, long to) {
    return Streamed.all(journal.currentEventsByPersistenceId(id, from, to), plugin.system());
  }

  private List<EventEnvelope> currentByTag(String tag, Offset offset) {
    return Streamed.all(journal.currentEventsByTag(tag, offset), plugin.system());
  }

  private List<String> currentIds() {
    return Streamed.all(journal.currentPersistenceIds(), plugin.system());
  }

  private Streamed<EventEnvelope> follow(String id, long from, long to) {
    return Streamed.start(journal.eventsByPersistenceId(id, from, to), plugin.system());
  }

  private Streamed<EventEnvelope> followTag(String tag, Offset offset) {
    return Streamed.start(journal.eventsByTag(tag, offset), plugin.system());
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
