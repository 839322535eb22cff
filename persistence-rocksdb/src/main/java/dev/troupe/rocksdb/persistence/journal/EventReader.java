package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.payload.PayloadSerialization;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.pekko.persistence.journal.EventAdapters;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Gives stored events as a reader of the application wants them. Thread-safe. */
public final class EventReader {
  private final PayloadSerialization payloads;
  private final EventAdapters adapters;

  /**
   * @param adapters of the journal that wrote the events
   */
  public EventReader(PayloadSerialization payloads, EventAdapters adapters) {
    this.payloads = payloads;
    this.adapters = adapters;
  }

  /** An adapter may turn one stored event into any number of them. */
  List<EventEnvelope> envelopes(EventPosition position, StoredEvent event) {
    Option<Object> metadata = metadata(position, event);
    return payloads(position, event).stream()
        .map(
            payload ->
                new EventEnvelope(
                    Offset.sequence(event.offset()),
                    position.persistenceId(),
                    position.sequenceNr(),
                    payload,
                    event.timestampMillis(),
                    metadata))
        .toList();
  }

  /** One event of the typed interfaces; fails when an adapter has filtered it out. */
  <E> org.apache.pekko.persistence.query.typed.EventEnvelope<E> typedEnvelope(
      EventPosition position, StoredEvent event, String entityType, int slice) {
    Optional<Object> payload = payloads(position, event).stream().findFirst();
    @SuppressWarnings("unchecked") // The caller names the type of its own events.
    E typed = (E) payload.orElseThrow(() -> new NoSuchElementException(position + " is filtered"));
    return new org.apache.pekko.persistence.query.typed.EventEnvelope<>(
        Offset.sequence(event.offset()),
        position.persistenceId(),
        position.sequenceNr(),
        Option.apply(typed),
        event.timestampMillis(),
        metadata(position, event),
        entityType,
        slice);
  }

  private List<Object> payloads(EventPosition position, StoredEvent event) {
    Object payload = payloads.deserialize(event.payload(), position.toString());
    return List.copyOf(
        CollectionConverters.asJava(
            adapters.get(payload.getClass()).fromJournal(payload, event.manifest()).events()));
  }

  private Option<Object> metadata(EventPosition position, StoredEvent event) {
    @Nullable StoredPayload metadata = event.metadata();
    return metadata == null
        ? Option.empty()
        : Option.apply(payloads.deserialize(metadata, "metadata of " + position));
  }
}
