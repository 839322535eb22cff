package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of versions, and keys of range-local records, in the state database.
 *
 * <p>A version's value begins with a byte that tells a value from a deletion, so that an empty
 * value is one. A local record's key is its range (8, big-endian) and its number (1); its value is
 * the caller's. Range 0 belongs to the store itself.
 */
public final class StateRecordCodec {
  /** Bytes before the data of a version's value. */
  public static final int HEADER_BYTES = 1;

  private static final byte DELETION = 0;
  private static final byte VALUE = 1;
  private static final byte[] DELETION_VALUE = {DELETION};
  private static final int STORE_RECORD = 0;

  private StateRecordCodec() {}

  public static byte[] value(byte[] data) {
    byte[] stored = new byte[data.length + HEADER_BYTES];
    stored[0] = VALUE;
    System.arraycopy(data, 0, stored, HEADER_BYTES, data.length);
    return stored;
  }

  /** Shared: read only. */
  public static byte[] deletion() {
    return DELETION_VALUE;
  }

  /**
   * @param length of the stored value at the beginning of {@code stored}
   * @throws MalformedBytes when it is neither a value nor a deletion
   */
  public static boolean isDeletion(byte[] stored, int length) {
    if (length >= HEADER_BYTES && stored[0] == VALUE) {
      return false;
    }
    if (length == HEADER_BYTES && stored[0] == DELETION) {
      return true;
    }
    throw new MalformedBytes("stored value of " + length + " bytes is neither value nor deletion");
  }

  /** The data of a stored value; null when it is a deletion. */
  public static byte @Nullable [] data(byte[] stored, int length) {
    return isDeletion(stored, length) ? null : Arrays.copyOfRange(stored, HEADER_BYTES, length);
  }

  public static byte[] localKey(RangeId range, LocalRecord record) {
    return rawLocalKey(range.value(), record.number());
  }

  /** Under this key stands the id of the store that the database belongs to. */
  public static byte[] storeKey() {
    return rawLocalKey(0, STORE_RECORD);
  }

  private static byte[] rawLocalKey(long range, int record) {
    return new ByteWriter(16).putLong(range).putByte(record).toBytes();
  }
}
