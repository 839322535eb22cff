package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as it lies in the store; its persistence id and sequence number are in the key.
 *
 * @param offset its place among all events of the store, given by the writer
 * @param timestampMillis when it was written
 * @param manifest of the event adapter; may be empty
 * @param writerUuid of the incarnation of the persistent actor that wrote it
 * @param tags sorted
 */
public record StoredEvent(
    long offset,
    long timestampMillis,
    StoredPayload payload,
    String manifest,
    String writerUuid,
    @Nullable StoredPayload metadata,
    List<String> tags) {
  private static final int FIXED_BYTES = 40;

  /** The frame without its checksum: the writer sets offset and checksum by {@link #seal}. */
  byte[] encode() {
    int size = FIXED_BYTES + payload.sizeBytes() + manifest.length() + writerUuid.length();
    ByteWriter writer = Frame.begin(size).putLong(offset).putLong(timestampMillis);
    payload.writeTo(writer).putString(manifest).putString(writerUuid);
    writer.putBoolean(metadata != null);
    if (metadata != null) {
      metadata.writeTo(writer);
    }
    writer.putVarInt(tags.size());
    tags.forEach(writer::putString);
    return writer.toBytes();
  }

  /** Sets the offset in an encoded event, then its checksum. */
  static byte[] seal(byte[] key, byte[] frame, long offset) {
    ByteBuffer.wrap(frame).putLong(Frame.HEADER_BYTES, offset);
    return Frame.seal(key, frame);
  }

  /** Without a check: only for one's own bytes. */
  static StoredEvent decode(ByteReader reader) {
    return new StoredEvent(
        reader.readLong(),
        reader.readLong(),
        StoredPayload.readFrom(reader),
        reader.readString(),
        reader.readString(),
        reader.readBoolean() ? StoredPayload.readFrom(reader) : null,
        readTags(reader));
  }

  private static List<String> readTags(ByteReader reader) {
    int count = reader.readCount();
    List<String> tags = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tags.add(reader.readString());
    }
    return tags;
  }
}
