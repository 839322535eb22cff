package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.List;

/**
 * Removes the bytes of deleted events up to a sequence number, with their tags' entries.
 *
 * @param from first sequence number to remove
 * @param to last one
 */
record PurgeStep(String persistenceId, long from, long to, List<byte[]> tagKeys)
    implements StoreWork {
  private static final int FIXED_BYTES = 128;

  @Override
  public List<String> lanes() {
    return List.of();
  }

  @Override
  public int sizeBytes() {
    return FIXED_BYTES + tagKeys.stream().mapToInt(key -> key.length).sum();
  }

  @Override
  public void apply(WriteContext context) {
    byte[] key = EventKeys.idRecord(persistenceId);
    IdRecord record = IdRecord.decode(key, context.get(Family.IDS, key), persistenceId);
    Invariant.check(to <= record.deletedTo(), "%s would purge what is not deleted", this);
    tagKeys.forEach(tagKey -> context.delete(Family.TAGS, tagKey));
    context.deleteRange(
        Family.EVENTS,
        EventKeys.event(new EventPosition(persistenceId, from)),
        EventKeys.event(new EventPosition(persistenceId, to + 1)));
    context.put(Family.IDS, key, record.withPurgedTo(to).encode(key));
  }
}
