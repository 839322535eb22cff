package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keys of versions: ordered by key, and the versions of one key by timestamp, newest first.
 *
 * <p>Layout: the key in groups of eight bytes, each followed by a byte {@code FF} when another
 * group follows; the last group has fewer than eight bytes of the key, is filled up with zeros and
 * followed by {@code FF} less the number of zeros. Then the timestamp's complement as eight
 * big-endian bytes. (The memory-comparable form of MyRocks and TiKV. It grows by an eighth whatever
 * the bytes are, and its length depends on the length of the key only.)
 *
 * <p>Everything before the timestamp is called the <em>stem</em>: all versions of a key share it
 * and no other key's stem begins with it.
 */
public final class MvccKeyCodec {
  /** Bytes of the timestamp at the end of a stored key. */
  public static final int TIMESTAMP_BYTES = 8;

  /**
   * Filters know of the first so many bytes of stored keys: the whole stem of a key of 16 to 23
   * bytes, the beginning of a longer one. Shorter stems must not be looked up in them, because the
   * bytes would reach into the timestamp.
   */
  public static final int FILTER_PREFIX_BYTES = 27;

  private static final int GROUP_BYTES = 8;
  private static final int MARKED_GROUP_BYTES = GROUP_BYTES + 1;
  private static final int MARKER_FULL = 0xFF;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private MvccKeyCodec() {}

  public static byte[] encode(Key key, Timestamp timestamp) {
    byte[] stored = stemWithRoom(key, TIMESTAMP_BYTES);
    putTimestamp(stored, timestamp);
    return stored;
  }

  /** The smallest bytes that a version of the key or of any key above it can have. */
  public static byte[] stem(Key key) {
    return stemWithRoom(key, 0);
  }

  /** Overwrites the timestamp of a stored key. */
  public static void putTimestamp(byte[] stored, Timestamp timestamp) {
    LONG.set(stored, stored.length - TIMESTAMP_BYTES, ~timestamp.value());
  }

  /** Timestamp of a stored key that takes up the first {@code length} bytes. */
  public static Timestamp timestamp(byte[] stored, int length) {
    return new Timestamp(~(long) LONG.get(stored, length - TIMESTAMP_BYTES));
  }

  /** Timestamp as a number, without an object. */
  public static long timestampValue(byte[] stored, int length) {
    return ~(long) LONG.get(stored, length - TIMESTAMP_BYTES);
  }

  /** Whether the filters can tell that there is no version of a stored key's key. */
  public static boolean isInFilters(byte[] stored) {
    return stored.length - TIMESTAMP_BYTES >= FILTER_PREFIX_BYTES;
  }

  /**
   * The user's key in the first {@code length} bytes of a stored one.
   *
   * @throws MalformedBytes when the bytes were not made by {@link #encode}
   */
  public static Key key(byte[] stored, int length) {
    return keyOfStem(stored, length - TIMESTAMP_BYTES);
  }

  /**
   * The user's key whose stem the first {@code stem} bytes are.
   *
   * @throws MalformedBytes when they are no stem
   */
  static Key keyOfStem(byte[] stored, int stem) {
    if (stem < MARKED_GROUP_BYTES || stem % MARKED_GROUP_BYTES != 0) {
      throw new MalformedBytes("stem of " + stem + " bytes has no whole groups");
    }
    int zeros = MARKER_FULL - (stored[stem - 1] & 0xFF);
    if (zeros < 1 || zeros > GROUP_BYTES) {
      throw new MalformedBytes("stem of " + stem + " bytes does not end");
    }
    byte[] key = new byte[stem / MARKED_GROUP_BYTES * GROUP_BYTES - zeros];
    for (int from = 0, to = 0; from < stem; from += MARKED_GROUP_BYTES, to += GROUP_BYTES) {
      boolean last = from + MARKED_GROUP_BYTES == stem;
      if (!last && (stored[from + GROUP_BYTES] & 0xFF) != MARKER_FULL) {
        throw new MalformedBytes("stored key ends early, at " + from);
      }
      System.arraycopy(stored, from, key, to, last ? GROUP_BYTES - zeros : GROUP_BYTES);
    }
    return Key.wrap(key);
  }

  /**
   * Length of the stem at the beginning of stored bytes.
   *
   * @throws MalformedBytes when they do not begin with one
   */
  static int stemLength(byte[] stored) {
    int end = MARKED_GROUP_BYTES;
    while (end <= stored.length && (stored[end - 1] & 0xFF) == MARKER_FULL) {
      end += MARKED_GROUP_BYTES;
    }
    if (end > stored.length) {
      throw new MalformedBytes("stored key of " + stored.length + " bytes has no end");
    }
    return end;
  }

  /** The stem, and so many bytes after it for the caller to fill. */
  static byte[] stemWithRoom(Key key, int room) {
    byte[] bytes = key.bytes();
    int fullGroups = bytes.length / GROUP_BYTES;
    byte[] stored = new byte[(fullGroups + 1) * MARKED_GROUP_BYTES + room];
    int to = 0;
    for (int group = 0; group < fullGroups; group++) {
      LONG.set(stored, to, (long) LONG.get(bytes, group * GROUP_BYTES));
      stored[to + GROUP_BYTES] = (byte) MARKER_FULL;
      to += MARKED_GROUP_BYTES;
    }
    int rest = bytes.length - fullGroups * GROUP_BYTES;
    System.arraycopy(bytes, fullGroups * GROUP_BYTES, stored, to, rest);
    stored[to + GROUP_BYTES] = (byte) (MARKER_FULL - (GROUP_BYTES - rest));
    return stored;
  }
}
