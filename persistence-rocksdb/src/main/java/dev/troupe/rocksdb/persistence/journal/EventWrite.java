package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.ChangeSignals;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.StoredText;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events that are written together. Refused as a whole when a sequence number is not above the
 * highest one written for its persistence id: then a second writer is alive, and overwriting would
 * lose an event that somebody was told is safe.
 */
final class EventWrite implements StoreWork {
  private final List<PreparedEvent> events;
  private final List<String> lanes;
  private final int sizeBytes;
  private boolean hasNewId;

  EventWrite(List<PreparedEvent> events) {
    this.events = events;
    this.lanes =
        events.stream()
            .map(event -> JournalTopics.lane(event.position().persistenceId()))
            .distinct()
            .toList();
    this.sizeBytes = events.stream().mapToInt(PreparedEvent::sizeBytes).sum();
  }

  @Override
  public List<String> lanes() {
    return lanes;
  }

  @Override
  public int sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void apply(WriteContext context) {
    Map<String, IdRecord> before = new LinkedHashMap<>();
    Map<String, IdRecord> after = new LinkedHashMap<>();
    for (PreparedEvent event : events) {
      String id = event.position().persistenceId();
      before.computeIfAbsent(id, absent -> read(context, absent));
      IdRecord record = after.getOrDefault(id, before.getOrDefault(id, IdRecord.NONE));
      requireAbove(event.position(), record);
      after.put(id, record.withHighest(event.position().sequenceNr()));
    }
    before.forEach((id, record) -> registerWhenNew(context, id, record));
    events.forEach(event -> put(context, event));
    after.forEach(
        (id, record) -> {
          byte[] key = EventKeys.idRecord(id);
          context.put(Family.IDS, key, record.encode(key));
        });
  }

  @Override
  public void announce(ChangeSignals signals) {
    if (!signals.isWatched()) {
      return;
    }
    if (hasNewId) {
      signals.changed(JournalTopics.NEW_IDS);
    }
    for (PreparedEvent event : events) {
      signals.changed(JournalTopics.id(event.position().persistenceId()));
      event.tags().forEach(tag -> signals.changed(JournalTopics.tag(tag)));
    }
  }

  private static IdRecord read(WriteContext context, String persistenceId) {
    byte[] key = EventKeys.idRecord(persistenceId);
    return IdRecord.decode(key, context.get(Family.IDS, key), persistenceId);
  }

  private static void requireAbove(EventPosition position, IdRecord record) {
    if (position.sequenceNr() <= record.highest()) {
      throw new TroupeException(
          ErrorCode.PRECONDITION_FAILED,
          position
              + " was refused: the journal already holds events up to "
              + record.highest()
              + ". Another writer with the same persistence id is alive, or this one did not"
              + " recover to the end; stop one of them and recover again");
    }
  }

  private void registerWhenNew(WriteContext context, String persistenceId, IdRecord record) {
    if (record.equals(IdRecord.NONE)) {
      hasNewId = true;
      byte[] key = EventKeys.appearance(context.nextOffset());
      context.put(Family.IDS, key, StoredText.encode(key, persistenceId));
    }
  }

  private static void put(WriteContext context, PreparedEvent event) {
    long offset = context.nextOffset();
    byte[] frame = StoredEvent.seal(event.key(), event.frame(), offset);
    context.put(Family.EVENTS, event.key(), frame);
    for (String tag : event.tags()) {
      byte[] key = EventKeys.tag(tag, offset);
      context.put(Family.TAGS, key, EventKeys.pointer(key, event.position()));
    }
  }
}
