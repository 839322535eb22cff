package dev.troupe.rocksdb.persistence.state;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.store.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the newest change of a persistence id. Stays when the state is deleted, so that
 * its revision goes on counting and change queries tell of the deletion.
 *
 * @param revision of the newest change; the next one must be one higher
 * @param offset its place among all changes of the store
 * @param tag of the newest change; empty for none
 */
record StateHead(long revision, long offset, long timestampMillis, String tag, boolean deleted) {
  private static final int FIXED_BYTES = 32;

  static StateHead decode(byte[] key, byte[] frame, String what) {
    return Frame.open(key, frame, what, StateHead::read);
  }

  static @Nullable StateHead decodeOrNull(byte[] key, byte @Nullable [] frame, String what) {
    return frame == null ? null : decode(key, frame, what);
  }

  byte[] encode(byte[] key) {
    ByteWriter writer = Frame.begin(FIXED_BYTES + tag.length());
    writer.putVarLong(revision).putLong(offset).putLong(timestampMillis);
    return Frame.seal(key, writer.putString(tag).putBoolean(deleted).toBytes());
  }

  private static StateHead read(ByteReader reader) {
    return new StateHead(
        reader.readVarLong(),
        reader.readLong(),
        reader.readLong(),
        reader.readString(),
        reader.readBoolean());
  }
}
