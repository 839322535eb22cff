package dev.troupe.rocksdb.persistence.snapshot;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What is stored under persistence id and sequence number of a snapshot.
 *
 * @param serializerId and manifest: of the snapshot's serializer
 */
record SnapshotHead(
    long timestampMillis,
    @Nullable StoredPayload metadata,
    int serializerId,
    String manifest,
    Body body) {
  private static final int FIXED_BYTES = 48;
  private static final int INLINE = 0;
  private static final int CHUNKED = 1;

  /** Where the bytes of the snapshot are. */
  sealed interface Body {}

  /** In the head itself. */
  record Inline(byte[] bytes) implements Body {}

  /**
   * In chunks of their own.
   *
   * @param upload number of the upload that wrote them
   */
  record Chunked(long upload, int chunks, int totalBytes) implements Body {}

  byte[] encode(byte[] key) {
    ByteWriter writer = Frame.begin(sizeBytes()).putLong(timestampMillis);
    writer.putBoolean(metadata != null);
    if (metadata != null) {
      metadata.writeTo(writer);
    }
    writer.putInt(serializerId).putString(manifest);
    switch (body) {
      case Inline inline -> writer.putByte(INLINE).putBytes(inline.bytes());
      case Chunked chunked ->
          writer
              .putByte(CHUNKED)
              .putLong(chunked.upload())
              .putInt(chunked.chunks())
              .putInt(chunked.totalBytes());
    }
    return Frame.seal(key, writer.toBytes());
  }

  static SnapshotHead decode(byte[] key, byte[] frame, String what) {
    return Frame.open(key, frame, what, SnapshotHead::read);
  }

  int sizeBytes() {
    int bytes = body instanceof Inline inline ? inline.bytes().length : 0;
    int meta = metadata == null ? 0 : metadata.sizeBytes();
    return FIXED_BYTES + manifest.length() + meta + bytes;
  }

  private static SnapshotHead read(ByteReader reader) {
    return new SnapshotHead(
        reader.readLong(),
        reader.readBoolean() ? StoredPayload.readFrom(reader) : null,
        reader.readInt(),
        reader.readString(),
        readBody(reader));
  }

  private static Body readBody(ByteReader reader) {
    int form = reader.readByte();
    return switch (form) {
      case INLINE -> new Inline(reader.readBytes());
      case CHUNKED -> new Chunked(reader.readLong(), reader.readInt(), reader.readInt());
      default -> throw new ByteReader.MalformedBytes("unknown form of a snapshot: " + form);
    };
  }
}
