package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.query.PagedStage;
import dev.troupe.rocksdb.persistence.query.QueryOffsets;
import dev.troupe.rocksdb.persistence.query.QuerySettings;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the read journal. What they emit is durable; each event comes once, in the order
 * of sequence numbers or offsets. Thread-safe.
 */
public final class EventQueries {
  private final EventLog log;
  private final EventReader reader;
  private final QuerySettings settings;

  public EventQueries(EventLog log, EventReader reader, QuerySettings settings) {
    this.log = log;
    this.reader = reader;
    this.settings = settings;
  }

  public Source<EventEnvelope, NotUsed> currentEvents(String persistenceId, long from, long to) {
    return Source.fromGraph(
        PagedStage.current(
            () -> new EventsOfId(log, reader, persistenceId, from, to, false), settings));
  }

  /** Ends behind the last sequence number. */
  public Source<EventEnvelope, NotUsed> events(String persistenceId, long from, long to) {
    return Source.fromGraph(
        PagedStage.live(
            () -> new EventsOfId(log, reader, persistenceId, from, to, true),
            watch(JournalTopics.id(persistenceId)),
            settings));
  }

  public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
    long behind = QueryOffsets.behind(offset);
    return Source.fromGraph(
        PagedStage.current(() -> new EventsOfTag(log, reader, tag, behind, false), settings));
  }

  public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
    long behind = QueryOffsets.behind(offset);
    return Source.fromGraph(
        PagedStage.live(
            () -> new EventsOfTag(log, reader, tag, behind, true),
            watch(JournalTopics.tag(tag)),
            settings));
  }

  public Source<String, NotUsed> currentPersistenceIds() {
    return Source.fromGraph(PagedStage.current(() -> IdPages.byName(log.store()), settings));
  }

  /** At most {@code limit} ids that follow the given one by name. */
  public Source<String, NotUsed> currentPersistenceIds(@Nullable String behind, long limit) {
    if (behind == null) {
      return currentPersistenceIds().take(limit);
    }
    PagedStage<String> stage =
        PagedStage.current(() -> IdPages.byNameBehind(log.store(), behind), settings);
    return Source.fromGraph(stage).take(limit);
  }

  public Source<String, NotUsed> persistenceIds() {
    return Source.fromGraph(
        PagedStage.live(
            () -> IdPages.byAppearance(log.store()), watch(JournalTopics.NEW_IDS), settings));
  }

  /** Empty when the persistence id never had an event. */
  public CompletionStage<Optional<Long>> lastSequenceNr(String persistenceId) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (StoreView view = log.store().view()) {
            long highest = log.highestSequenceNr(view, persistenceId);
            return highest == 0 ? Optional.empty() : Optional.of(highest);
          }
        },
        settings.blocking());
  }

  public CompletionStage<Optional<Instant>> timestampOf(EventPosition position) {
    return CompletableFuture.supplyAsync(
        () -> find(position).map(event -> Instant.ofEpochMilli(event.timestampMillis())),
        settings.blocking());
  }

  /** Fails with NoSuchElementException when the event does not exist. */
  public <E> CompletionStage<org.apache.pekko.persistence.query.typed.EventEnvelope<E>> load(
      EventPosition position, String entityType, int slice) {
    return CompletableFuture.supplyAsync(
        () -> {
          StoredEvent event =
              find(position)
                  .orElseThrow(() -> new NoSuchElementException(position + " does not exist"));
          return reader.typedEnvelope(position, event, entityType, slice);
        },
        settings.blocking());
  }

  private Optional<StoredEvent> find(EventPosition position) {
    StoredEvent[] found = new StoredEvent[1];
    try (StoreView view = log.store().view()) {
      long number = position.sequenceNr();
      log.visit(
          view,
          position.persistenceId(),
          number,
          number,
          (at, event) -> {
            found[0] = event;
            return false;
          });
    }
    return Optional.ofNullable(found[0]);
  }

  private PagedStage.Watch watch(String topic) {
    return signal -> log.store().signals().watch(topic, signal);
  }
}
