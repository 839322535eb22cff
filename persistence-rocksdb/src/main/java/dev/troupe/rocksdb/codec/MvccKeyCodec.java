package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Keys of versions: ordered by key, and the versions of one key by timestamp, newest first.
 *
 * <p>Layout: the key's bytes with {@code 00} written as {@code 00 FF}, the terminator {@code 00
 * 01}, and the timestamp's complement as eight big-endian bytes. The terminator sorts below every
 * continuation of the key, so a key stands before all keys that it is a prefix of. (The scheme of
 * FoundationDB's tuple layer.)
 *
 * <p>Key and terminator together are called the <em>stem</em>: all versions of a key share it and
 * no other key's stem begins with it.
 */
public final class MvccKeyCodec {
  /** Bytes of the timestamp at the end of a stored key. */
  public static final int TIMESTAMP_BYTES = 8;

  private static final int TERMINATOR_BYTES = 2;
  private static final byte ESCAPED = (byte) 0x00;
  private static final byte ESCAPE_ZERO = (byte) 0xFF;
  private static final byte ESCAPE_END = (byte) 0x01;
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

  /**
   * The user's key in the first {@code length} bytes of a stored one.
   *
   * @throws MalformedBytes when the bytes were not made by {@link #encode}
   */
  public static Key key(byte[] stored, int length) {
    int end = length - TIMESTAMP_BYTES - TERMINATOR_BYTES;
    if (end < 0 || stored[end] != ESCAPED || stored[end + 1] != ESCAPE_END) {
      throw new MalformedBytes("stored key of " + length + " bytes has no terminator");
    }
    int zeros = countZeros(stored, end);
    if (zeros == 0) {
      return Key.wrap(Arrays.copyOf(stored, end));
    }
    byte[] key = new byte[end - zeros];
    int to = 0;
    for (int from = 0; from < end; from++) {
      byte b = stored[from];
      key[to++] = b;
      if (b == ESCAPED && stored[++from] != ESCAPE_ZERO) {
        throw new MalformedBytes("stored key has a bare zero byte at " + (from - 1));
      }
    }
    return Key.wrap(key);
  }

  private static byte[] stemWithRoom(Key key, int room) {
    byte[] bytes = key.bytes();
    int zeros = countZeros(bytes, bytes.length);
    byte[] stored = new byte[bytes.length + zeros + TERMINATOR_BYTES + room];
    int to = bytes.length + zeros;
    if (zeros == 0) {
      System.arraycopy(bytes, 0, stored, 0, to);
    } else {
      escape(bytes, stored);
    }
    stored[to] = ESCAPED;
    stored[to + 1] = ESCAPE_END;
    return stored;
  }

  private static void escape(byte[] bytes, byte[] stored) {
    int to = 0;
    for (byte b : bytes) {
      stored[to++] = b;
      if (b == ESCAPED) {
        stored[to++] = ESCAPE_ZERO;
      }
    }
  }

  private static int countZeros(byte[] bytes, int length) {
    int zeros = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == ESCAPED) {
        zeros++;
      }
    }
    return zeros;
  }
}
