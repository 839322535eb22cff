package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.codec.StateRecordCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * A record of the versions family under a database iterator, read into buffers that are reused.
 * Every crossing into native code copies once and allocates nothing. Not thread-safe.
 */
final class VersionCursor {
  private static final int KEY_BYTES_INITIAL = 64;
  private static final int VALUE_BYTES_INITIAL = 256;

  private byte[] key = new byte[KEY_BYTES_INITIAL];
  private int keyLength;
  private byte[] value = new byte[VALUE_BYTES_INITIAL];
  private int valueLength;

  /** Reads the key under the iterator, which must be valid. */
  void readKey(RocksIterator records) {
    keyLength = records.key(key);
    if (keyLength > key.length) {
      key = new byte[keyLength + keyLength / 2];
      keyLength = records.key(key);
    }
    if (keyLength < MvccKeyCodec.TIMESTAMP_BYTES) {
      throw StorageErrors.corruption("key of " + keyLength + " bytes among the versions");
    }
  }

  /** Reads the value under the iterator, which must be valid. */
  void readValue(RocksIterator records) {
    valueLength = records.value(value);
    if (valueLength > value.length) {
      value = new byte[valueLength + valueLength / 2];
      valueLength = records.value(value);
    }
  }

  /**
   * Reads only as much of the value as fits: enough for {@link #isDeletion} and {@link
   * #storedBytes}, not for {@link #data}.
   */
  void readValueHead(RocksIterator records) {
    valueLength = records.value(value);
  }

  /** Of key and value. */
  long storedBytes() {
    return (long) keyLength + valueLength;
  }

  /** The timestamp of the key, an unsigned number. */
  long timestamp() {
    return MvccKeyCodec.timestampValue(key, keyLength);
  }

  boolean isDeletion() {
    try {
      return StateRecordCodec.isDeletion(value, valueLength);
    } catch (MalformedBytes e) {
      throw damaged(e);
    }
  }

  byte @Nullable [] data() {
    try {
      return StateRecordCodec.data(value, valueLength);
    } catch (MalformedBytes e) {
      throw damaged(e);
    }
  }

  /** Null when there is none. */
  byte @Nullable [] note() {
    try {
      return StateRecordCodec.note(value, valueLength);
    } catch (MalformedBytes e) {
      throw damaged(e);
    }
  }

  Key userKey() {
    try {
      return MvccKeyCodec.key(key, keyLength);
    } catch (MalformedBytes e) {
      throw StorageErrors.corruption("key among the versions: " + e.getMessage());
    }
  }

  /** Whether both records are versions of one key. */
  boolean isSameKey(VersionCursor other) {
    return keyLength == other.keyLength
        && Arrays.equals(key, 0, stemLength(), other.key, 0, stemLength());
  }

  boolean isVersionOf(byte[] storedKey) {
    return keyLength == storedKey.length
        && Arrays.equals(key, 0, stemLength(), storedKey, 0, stemLength());
  }

  /** The stored key of another version of the same key. */
  byte[] storedKeyAt(long timestamp) {
    byte[] stored = Arrays.copyOf(key, keyLength);
    MvccKeyCodec.putTimestamp(stored, new Timestamp(timestamp));
    return stored;
  }

  private int stemLength() {
    return keyLength - MvccKeyCodec.TIMESTAMP_BYTES;
  }

  private RuntimeException damaged(MalformedBytes cause) {
    return StorageErrors.corruption(
        "version "
            + Long.toUnsignedString(timestamp())
            + " of key "
            + userKey()
            + ", "
            + cause.getMessage());
  }
}
