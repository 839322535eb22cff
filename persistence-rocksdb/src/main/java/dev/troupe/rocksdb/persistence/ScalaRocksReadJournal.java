package dev.troupe.rocksdb.persistence;

import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentLastSequenceNumberByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByTagQuery;
import org.apache.pekko.persistence.query.scaladsl.PagedPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.ReadJournal;
import org.apache.pekko.persistence.query.typed.scaladsl.EventTimestampQuery;
import org.apache.pekko.persistence.query.typed.scaladsl.LoadEventQuery;
import org.apache.pekko.stream.scaladsl.Source;
import scala.Option;
import scala.concurrent.Future;
import scala.jdk.javaapi.OptionConverters;

/** {@link RocksReadJournal} for callers in Scala. */
public final class ScalaRocksReadJournal
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
  private final RocksReadJournal journal;

  ScalaRocksReadJournal(RocksReadJournal journal) {
    this.journal = journal;
  }

  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return journal
        .currentEventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr)
        .asScala();
  }

  @Override
  public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return journal.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr).asScala();
  }

  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
    return journal.currentEventsByTag(tag, offset).asScala();
  }

  @Override
  public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
    return journal.eventsByTag(tag, offset).asScala();
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds() {
    return journal.currentPersistenceIds().asScala();
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds(Option<String> afterId, long limit) {
    return journal.currentPersistenceIds(OptionConverters.toJava(afterId), limit).asScala();
  }

  @Override
  public Source<String, NotUsed> persistenceIds() {
    return journal.persistenceIds().asScala();
  }

  @Override
  public Future<Option<Object>> currentLastSequenceNumberByPersistenceId(String persistenceId) {
    return ScalaFutures.of(
        journal
            .currentLastSequenceNumberByPersistenceId(persistenceId)
            .thenApply(number -> OptionConverters.toScala(number.map(Object.class::cast))));
  }

  @Override
  public Future<Option<Instant>> timestampOf(String persistenceId, long sequenceNr) {
    return ScalaFutures.of(
        journal.timestampOf(persistenceId, sequenceNr).thenApply(ScalaRocksReadJournal::toScala));
  }

  @Override
  public <E> Future<org.apache.pekko.persistence.query.typed.EventEnvelope<E>> loadEnvelope(
      String persistenceId, long sequenceNr) {
    return ScalaFutures.of(journal.loadEnvelope(persistenceId, sequenceNr));
  }

  private static <T> Option<T> toScala(Optional<T> value) {
    return OptionConverters.toScala(value);
  }
}
