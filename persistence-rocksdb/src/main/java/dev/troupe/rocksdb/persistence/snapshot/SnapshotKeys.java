package dev.troupe.rocksdb.persistence.snapshot;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.store.KeyCodec;

/** Keys of the snapshot families. Stored: never change one. */
final class SnapshotKeys {
  /** META: number of an upload that has not ended. */
  static final int UPLOAD = 'u';

  private SnapshotKeys() {}

  static byte[] snapshot(String persistenceId, long sequenceNr) {
    return KeyCodec.textAndNumber(persistenceId, sequenceNr);
  }

  /** Behind the snapshot with this sequence number. */
  static byte[] behind(String persistenceId, long sequenceNr) {
    return sequenceNr == Long.MAX_VALUE
        ? KeyCodec.after(KeyCodec.text(persistenceId))
        : snapshot(persistenceId, sequenceNr + 1);
  }

  static byte[] upload(long number) {
    return KeyCodec.number(UPLOAD, number);
  }

  static byte[] chunk(long upload, int index) {
    return new ByteWriter(12).putLong(upload).putInt(index).toBytes();
  }
}
