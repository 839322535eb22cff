package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;

/**
 * An event or a snapshot as it is stored; its persistence id and sequence number are in the key.
 * Holds an array: compare by content yourself.
 *
 * @param timestampMillis when it was written, by its writer's clock
 * @param serializerId of Pekko's serializer
 * @param manifest what that serializer needs to read the bytes; may be empty
 * @param adapterManifest of an event adapter; may be empty
 * @param writer the incarnation of the actor that wrote it
 */
record StoredObject(
    long timestampMillis,
    int serializerId,
    String manifest,
    byte[] bytes,
    String adapterManifest,
    String writer) {
  private static final int FORMAT = 1;
  private static final int FIXED_BYTES = 80;

  byte[] encode() {
    return new ByteWriter(FIXED_BYTES + bytes.length)
        .putByte(FORMAT)
        .putLong(timestampMillis)
        .putInt(serializerId)
        .putString(manifest)
        .putBytes(bytes)
        .putString(adapterManifest)
        .putString(writer)
        .toBytes();
  }

  static StoredObject decode(byte[] stored) {
    ByteReader in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("a stored object of format " + format + " is not known");
    }
    var object =
        new StoredObject(
            in.readLong(),
            in.readInt(),
            in.readString(),
            in.readBytes(),
            in.readString(),
            in.readString());
    in.requireEnd();
    return object;
  }
}
