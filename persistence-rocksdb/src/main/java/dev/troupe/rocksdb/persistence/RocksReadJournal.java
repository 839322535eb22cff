package dev.troupe.rocksdb.persistence;

import dev.troupe.rocksdb.persistence.journal.EventPosition;
import dev.troupe.rocksdb.persistence.journal.EventQueries;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentLastSequenceNumberByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.PagedPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.persistence.query.typed.javadsl.EventTimestampQuery;
import org.apache.pekko.persistence.query.typed.javadsl.LoadEventQuery;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The read journal. Offsets are {@code Sequence} numbers, ascending over the whole store; a query
 * starts behind the offset it is given. Live queries are told of changes and never miss, repeat or
 * reorder an event. Deleted events are not shown; a persistence id stays known when all its events
 * are deleted.
 */
public final class RocksReadJournal
    implements ReadJournal,
        CurrentEventsByPersistenceIdQuery,
        EventsByPersistenceIdQuery,
        CurrentEventsByTagQuery,
        EventsByTagQuery,
        CurrentPersistenceIdsQuery,
        PagedPersistenceIdsQuery,
        PersistenceIdsQuery,
        CurrentLastSequenceNumberByPersistenceIdQuery,
        EventTimestampQuery,
        LoadEventQuery {
  /** Where its configuration is by default. */
  public static final String IDENTIFIER = "troupe.persistence.query";

  private final EventQueries queries;
  private final Persistence persistence;

  RocksReadJournal(EventQueries queries, Persistence persistence) {
    this.queries = queries;
    this.persistence = persistence;
  }

  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return queries.currentEvents(persistenceId, fromSequenceNr, toSequenceNr);
  }

  @Override
  public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return queries.events(persistenceId, fromSequenceNr, toSequenceNr);
  }

  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
    return queries.currentEventsByTag(tag, offset);
  }

  @Override
  public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
    return queries.eventsByTag(tag, offset);
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds() {
    return queries.currentPersistenceIds();
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds(Optional<String> afterId, long limit) {
    return queries.currentPersistenceIds(afterId.orElse(null), limit);
  }

  @Override
  public Source<String, NotUsed> persistenceIds() {
    return queries.persistenceIds();
  }

  @Override
  public CompletionStage<Optional<Long>> currentLastSequenceNumberByPersistenceId(
      String persistenceId) {
    return queries.lastSequenceNr(persistenceId);
  }

  @Override
  public CompletionStage<Optional<Instant>> timestampOf(String persistenceId, long sequenceNr) {
    return queries.timestampOf(new EventPosition(persistenceId, sequenceNr));
  }

  @Override
  public <E>
      CompletionStage<org.apache.pekko.persistence.query.typed.EventEnvelope<E>> loadEnvelope(
          String persistenceId, long sequenceNr) {
    return queries.load(
        new EventPosition(persistenceId, sequenceNr),
        PersistenceId.extractEntityType(persistenceId),
        persistence.sliceForPersistenceId(persistenceId));
  }
}
