package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.rocksdb.persistence.payload.PayloadSerialization;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * The duties of a Pekko journal without its actor. Writes serialize on the caller's thread, in the
 * caller's order; reads run on the given executor and see every write called before them.
 */
public final class EventJournal {
  private final EventLog log;
  private final PayloadSerialization payloads;
  private final Executor replays;
  private final long eventBytesMax;
  private final WallClock clock = SystemClocks.wall();

  /**
   * @param eventBytesMax larger events are rejected
   */
  public EventJournal(
      EventLog log, PayloadSerialization payloads, Executor replays, long eventBytesMax) {
    this.log = log;
    this.payloads = payloads;
    this.replays = replays;
    this.eventBytesMax = eventBytesMax;
  }

  /**
   * Writes all accepted atomic writes together. Completes when they are durable, with one entry for
   * each atomic write that says why it was rejected; empty when none was.
   */
  public CompletionStage<Iterable<Optional<Exception>>> write(Iterable<AtomicWrite> messages) {
    List<Optional<Exception>> results = new ArrayList<>();
    List<PreparedEvent> accepted = new ArrayList<>();
    boolean rejected = false;
    for (AtomicWrite message : messages) {
      try {
        accepted.addAll(prepare(message));
        results.add(Optional.empty());
      } catch (Exception e) {
        // Whatever a serializer throws concerns this atomic write alone.
        results.add(Optional.of(e));
        rejected = true;
      }
    }
    Iterable<Optional<Exception>> answer = rejected ? results : List.of();
    return accepted.isEmpty()
        ? CompletableFuture.completedFuture(answer)
        : log.write(accepted).thenApply(nothing -> answer);
  }

  /** Completes when the events up to here are durably hidden, of those written before the call. */
  public CompletionStage<Void> deleteTo(String persistenceId, long toSequenceNr) {
    return log.deleteTo(persistenceId, toSequenceNr);
  }

  public CompletionStage<Long> highestSequenceNr(String persistenceId) {
    return log.settled(persistenceId)
        .thenApplyAsync(
            nothing -> {
              try (StoreView view = log.store().view()) {
                return log.highestSequenceNr(view, persistenceId);
              }
            },
            replays);
  }

  /** Hands over events one by one as they are read; fails at the first that is damaged. */
  public CompletionStage<@Nullable Void> replay(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> receiver) {
    return log.settled(persistenceId)
        .thenAcceptAsync(nothing -> replayNow(persistenceId, from, to, max, receiver), replays);
  }

  private void replayNow(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> receiver) {
    if (max <= 0) {
      return;
    }
    EventLog.EventVisitor visitor =
        new EventLog.EventVisitor() {
          private long count;

          @Override
          public boolean visit(EventPosition position, StoredEvent event) {
            receiver.accept(toRepr(position, event));
            return ++count < max;
          }
        };
    try (StoreView view = log.store().view()) {
      log.visit(view, persistenceId, from, to, visitor);
    }
  }

  private List<PreparedEvent> prepare(AtomicWrite message) throws NotSerializableException {
    List<PreparedEvent> events = new ArrayList<>(message.size());
    for (PersistentRepr repr : CollectionConverters.asJava(message.payload())) {
      EventPosition position = new EventPosition(repr.persistenceId(), repr.sequenceNr());
      PreparedEvent event = PreparedEvent.of(position, toStored(repr));
      if (event.frame().length > eventBytesMax) {
        throw new TroupeException(
            ErrorCode.VALUE_TOO_LARGE,
            position
                + " takes "
                + event.frame().length
                + " bytes, the limit event-bytes-max is "
                + eventBytesMax);
      }
      events.add(event);
    }
    return events;
  }

  private StoredEvent toStored(PersistentRepr repr) throws NotSerializableException {
    Object event = repr.payload();
    List<String> tags = List.of();
    if (event instanceof Tagged tagged) {
      event = tagged.payload();
      tags = List.copyOf(new TreeSet<>(CollectionConverters.asJava(tagged.tags())));
    }
    Object metadata = OptionConverters.toJava(repr.metadata()).orElse(null);
    return new StoredEvent(
        0,
        repr.timestamp() == 0 ? clock.millis() : repr.timestamp(),
        payloads.serialize(event),
        repr.manifest(),
        repr.writerUuid(),
        metadata == null ? null : payloads.serialize(metadata),
        tags);
  }

  private PersistentRepr toRepr(EventPosition position, StoredEvent event) {
    PersistentRepr repr =
        PersistentRepr.apply(
                payloads.deserialize(event.payload(), position.toString()),
                position.sequenceNr(),
                position.persistenceId(),
                event.manifest(),
                false,
                null,
                event.writerUuid())
            .withTimestamp(event.timestampMillis());
    StoredPayload metadata = event.metadata();
    return metadata == null
        ? repr
        : repr.withMetadata(payloads.deserialize(metadata, "metadata of " + position));
  }
}
