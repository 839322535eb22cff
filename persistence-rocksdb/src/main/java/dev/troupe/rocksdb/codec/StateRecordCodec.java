package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of versions, and keys of range-local records, in the state database.
 *
 * <p>A version's value begins with a byte that tells a value from a deletion, so that an empty
 * value is one, and whether a note follows: its length (1), and the note. Then come the data. A
 * local record's key is its range (8, big-endian) and its number (1); its value is the caller's.
 * Range 0 belongs to the store itself.
 */
public final class StateRecordCodec {
  /** Bytes before the note and the data of a version's value. */
  private static final int HEADER_BYTES = 1;

  private static final byte DELETION = 0;
  private static final byte VALUE = 1;
  private static final byte NOTED_DELETION = 2;
  private static final byte NOTED_VALUE = 3;

  /** Bytes from the start of a note's length to the note. */
  private static final int NOTE_HEADER_BYTES = 1;

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
   * A value, or a deletion, with a note.
   *
   * @param data null for a deletion
   */
  public static byte[] noted(byte @Nullable [] data, byte[] note) {
    if (note.length == 0 || note.length > StateStore.NOTE_BYTES_MAX) {
      throw new IllegalArgumentException("a note of " + note.length + " bytes");
    }
    int noteEnd = HEADER_BYTES + NOTE_HEADER_BYTES + note.length;
    byte[] stored = new byte[noteEnd + (data == null ? 0 : data.length)];
    stored[0] = data == null ? NOTED_DELETION : NOTED_VALUE;
    stored[HEADER_BYTES] = (byte) note.length;
    System.arraycopy(note, 0, stored, HEADER_BYTES + NOTE_HEADER_BYTES, note.length);
    if (data != null) {
      System.arraycopy(data, 0, stored, noteEnd, data.length);
    }
    return stored;
  }

  /**
   * @param length of the stored value, of which {@code stored} has at least the header
   * @throws MalformedBytes when it is neither a value nor a deletion
   */
  public static boolean isDeletion(byte[] stored, int length) {
    if (length >= HEADER_BYTES) {
      switch (stored[0]) {
        case VALUE -> {
          return false;
        }
        case NOTED_VALUE -> {
          requireNote(length >= noteEnd(stored, length), length);
          return false;
        }
        case NOTED_DELETION -> {
          requireNote(length == noteEnd(stored, length), length);
          return true;
        }
        case DELETION -> {
          if (length == HEADER_BYTES) {
            return true;
          }
        }
        default -> {}
      }
    }
    throw new MalformedBytes("stored value of " + length + " bytes is neither value nor deletion");
  }

  private static void requireNote(boolean whole, int length) {
    if (!whole) {
      throw new MalformedBytes("stored value of " + length + " bytes does not fit its note");
    }
  }

  private static int noteEnd(byte[] stored, int length) {
    requireNote(length > HEADER_BYTES, length);
    return HEADER_BYTES + NOTE_HEADER_BYTES + Byte.toUnsignedInt(stored[HEADER_BYTES]);
  }

  /** The data of a stored value; null when it is a deletion. */
  public static byte @Nullable [] data(byte[] stored, int length) {
    if (isDeletion(stored, length)) {
      return null;
    }
    int from = stored[0] == NOTED_VALUE ? noteEnd(stored, length) : HEADER_BYTES;
    return Arrays.copyOfRange(stored, from, length);
  }

  /** The note of a stored value; null when it has none. */
  public static byte @Nullable [] note(byte[] stored, int length) {
    isDeletion(stored, length);
    return stored[0] == NOTED_VALUE || stored[0] == NOTED_DELETION
        ? Arrays.copyOfRange(stored, HEADER_BYTES + NOTE_HEADER_BYTES, noteEnd(stored, length))
        : null;
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
