package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.store.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What the journal knows of a persistence id, independent of which events still exist.
 *
 * @param highest sequence number ever written; never decreases
 * @param deletedTo events up to here are deleted and must not be shown
 * @param purgedTo events up to here are gone from the disk, too; never above {@code deletedTo}
 */
record IdRecord(long highest, long deletedTo, long purgedTo) {
  static final IdRecord NONE = new IdRecord(0, 0, 0);

  static String what(String persistenceId) {
    return "the journal's record of '" + persistenceId + "'";
  }

  static IdRecord decode(byte[] key, byte @Nullable [] frame, String persistenceId) {
    return frame == null ? NONE : Frame.open(key, frame, what(persistenceId), IdRecord::read);
  }

  byte[] encode(byte[] key) {
    ByteWriter writer = Frame.begin(20).putVarLong(highest);
    return Frame.seal(key, writer.putVarLong(deletedTo).putVarLong(purgedTo).toBytes());
  }

  IdRecord withHighest(long sequenceNr) {
    return new IdRecord(Math.max(highest, sequenceNr), deletedTo, purgedTo);
  }

  IdRecord withDeletedTo(long sequenceNr) {
    return new IdRecord(highest, Math.max(deletedTo, Math.min(sequenceNr, highest)), purgedTo);
  }

  IdRecord withPurgedTo(long sequenceNr) {
    return new IdRecord(highest, deletedTo, Math.max(purgedTo, sequenceNr));
  }

  private static IdRecord read(ByteReader reader) {
    return new IdRecord(reader.readVarLong(), reader.readVarLong(), reader.readVarLong());
  }
}
