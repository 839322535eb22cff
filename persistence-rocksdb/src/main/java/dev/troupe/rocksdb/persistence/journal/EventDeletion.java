package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.List;

/**
 * Hides the events up to a sequence number, of those written before it. The bytes are removed later
 * by {@link EventPurge}.
 */
final class EventDeletion implements StoreWork {
  private static final int RECORD_BYTES = 32;

  private final String persistenceId;
  private final long toSequenceNr;

  EventDeletion(String persistenceId, long toSequenceNr) {
    this.persistenceId = persistenceId;
    this.toSequenceNr = toSequenceNr;
  }

  @Override
  public List<String> lanes() {
    return List.of(JournalTopics.lane(persistenceId));
  }

  @Override
  public int sizeBytes() {
    return RECORD_BYTES + persistenceId.length();
  }

  @Override
  public void apply(WriteContext context) {
    byte[] key = EventKeys.idRecord(persistenceId);
    IdRecord before = IdRecord.decode(key, context.get(Family.IDS, key), persistenceId);
    IdRecord after = before.withDeletedTo(toSequenceNr);
    if (!after.equals(before)) {
      context.put(Family.IDS, key, after.encode(key));
    }
  }
}
