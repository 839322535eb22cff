package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import java.util.Arrays;

/**
 * Keys of side records: ordered by the key that they belong to, then by kind, then by id.
 *
 * <p>Layout: the key's stem as {@link MvccKeyCodec} makes it, so that one span of stems bounds the
 * versions and the side records of a span of keys; the kind's number (1); the id, to the end. The
 * value is the caller's.
 */
public final class SideKeyCodec {
  private static final int KIND_BYTES = 1;

  private SideKeyCodec() {}

  public static byte[] encode(Key key, SideKind kind, byte[] id) {
    byte[] stored = MvccKeyCodec.stemWithRoom(key, KIND_BYTES + id.length);
    int stem = stored.length - KIND_BYTES - id.length;
    stored[stem] = (byte) kind.number();
    System.arraycopy(id, 0, stored, stem + KIND_BYTES, id.length);
    return stored;
  }

  /**
   * @throws MalformedBytes when the bytes were not made by {@link #encode}, or by a newer version
   */
  public static SideRecord decode(byte[] stored, byte[] value) {
    int stem = MvccKeyCodec.stemLength(stored);
    if (stored.length < stem + KIND_BYTES) {
      throw new MalformedBytes("side record without a kind");
    }
    return new SideRecord(
        MvccKeyCodec.keyOfStem(stored, stem),
        kind(stored[stem] & 0xFF),
        Arrays.copyOfRange(stored, stem + KIND_BYTES, stored.length),
        value);
  }

  private static SideKind kind(int number) {
    for (SideKind kind : SideKind.values()) {
      if (kind.number() == number) {
        return kind;
      }
    }
    throw new MalformedBytes("side record of unknown kind " + number);
  }
}
