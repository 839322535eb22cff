package dev.troupe.rocksdb.persistence.payload;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;

/**
 * An object as its serializer left it. Holds an array: compare by content yourself.
 *
 * @param serializerId of Pekko's serializer
 * @param manifest what that serializer needs to read the bytes; may be empty
 */
public record StoredPayload(int serializerId, String manifest, byte[] bytes) {
  private static final int FIXED_BYTES = 16;

  /** Serializer id, manifest, length and bytes. */
  public ByteWriter writeTo(ByteWriter writer) {
    return writer.putInt(serializerId).putString(manifest).putBytes(bytes);
  }

  public static StoredPayload readFrom(ByteReader reader) {
    return new StoredPayload(reader.readInt(), reader.readString(), reader.readBytes());
  }

  /** Rough size when written. */
  public int sizeBytes() {
    return FIXED_BYTES + manifest.length() + bytes.length;
  }
}
