package dev.troupe.rocksdb.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Keys and values of the log database.
 *
 * <p>Key: range (8), replica (8), kind (1), index (8), big-endian, so that a replica's records lie
 * together, its entries in order. Range 0 holds records of the store itself. Value: format (1),
 * body, CRC-32C (4) over key, format and body; the key is in the sum so that a value under the
 * wrong key is found out.
 */
public final class LogRecordCodec {
  public static final int KEY_BYTES = 25;

  /** Bytes of an entry's value beside its data. */
  public static final int ENTRY_OVERHEAD_BYTES = 14;

  private static final int FORMAT = 1;
  private static final int CHECKSUM_BYTES = 4;
  private static final int KIND_AT = 16;
  private static final int INDEX_AT = 17;
  private static final long NO_VOTE = 0;

  /** What a record is. The numbers are stored: never reuse one. Their order is that of the keys. */
  public enum Kind {
    /** Position after which a replica's log begins; its presence makes the replica known. */
    START(1),
    HARD_STATE(2),
    ENTRY(3),
    /** Of a range, under replica 0: lowest replica id allowed on this store. */
    TOMBSTONE(4),
    /** Of the store: an unfinished installation of a snapshot; see {@link #installKey}. */
    INSTALL(5),
    /** Of the store: which store this is. */
    STORE(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  private LogRecordCodec() {}

  public static byte[] key(ReplicaKey replica, Kind kind, long index) {
    return rawKey(replica.range().value(), replica.replica().value(), kind, index);
  }

  /** Below every record of a replica. */
  public static byte[] replicaStart(ReplicaKey replica) {
    return boundary(replica.range().value(), replica.replica().value());
  }

  /** Above every record of a replica. */
  public static byte[] replicaEnd(ReplicaKey replica) {
    return boundary(replica.range().value(), replica.replica().value() + 1);
  }

  /** Below every record that belongs to a range. */
  public static byte[] firstRange() {
    return boundary(1, 0);
  }

  public static byte[] tombstoneKey(RangeId range) {
    return rawKey(range.value(), 0, Kind.TOMBSTONE, 0);
  }

  public static byte[] storeKey() {
    return rawKey(0, 0, Kind.STORE, 0);
  }

  public static byte[] installKey(ReplicaKey replica) {
    return rawKey(0, replica.range().value(), Kind.INSTALL, replica.replica().value());
  }

  public static boolean isKind(byte[] key, Kind kind) {
    return key.length == KEY_BYTES && key[KIND_AT] == kind.number;
  }

  public static RangeId range(byte[] key) {
    return new RangeId(new ByteReader(key).readLong());
  }

  public static ReplicaKey replica(byte[] key) {
    ByteReader in = new ByteReader(key);
    return new ReplicaKey(new RangeId(in.readLong()), new ReplicaId(in.readLong()));
  }

  public static long index(byte[] key) {
    return new ByteReader(key, INDEX_AT, KEY_BYTES - INDEX_AT).readLong();
  }

  /** Puts the key of an entry at a buffer's position. */
  public static void putEntryKey(ByteBuffer out, ReplicaKey replica, long index) {
    out.putLong(replica.range().value())
        .putLong(replica.replica().value())
        .put((byte) Kind.ENTRY.number)
        .putLong(index);
  }

  /**
   * Puts the value of an entry at a buffer's position.
   *
   * @param out empty; holds the value from 0 to its limit afterwards
   * @param key holds the entry's key from 0 to its limit
   * @param crc scratch
   */
  public static void putEntryValue(ByteBuffer out, ByteBuffer key, LogEntry entry, CRC32C crc) {
    out.clear()
        .put((byte) FORMAT)
        .put((byte) entry.kind().number())
        .putLong(entry.term())
        .put(entry.data());
    int end = out.position();
    crc.reset();
    crc.update(key.rewind());
    key.rewind();
    crc.update(out.flip());
    out.limit(end + CHECKSUM_BYTES).putInt((int) crc.getValue()).flip();
  }

  /**
   * @throws MalformedBytes when the checksum or the layout is wrong
   */
  public static LogEntry readEntry(byte[] key, byte[] value) {
    ByteReader in = body(key, value);
    LogEntry.Kind kind = entryKind(in.readByte());
    long term = in.readLong();
    return new LogEntry(term, index(key), kind, in.readRaw(in.remaining()));
  }

  public static byte[] hardState(byte[] key, HardState state) {
    ByteWriter body = new ByteWriter(32).putByte(FORMAT).putLong(state.term());
    ReplicaId vote = state.vote();
    body.putLong(vote == null ? NO_VOTE : vote.value()).putLong(state.commit());
    return sealed(key, body);
  }

  public static HardState readHardState(byte[] key, byte[] value) {
    ByteReader in = body(key, value);
    long term = in.readLong();
    long vote = in.readLong();
    long commit = in.readLong();
    in.requireEnd();
    return new HardState(term, vote == NO_VOTE ? null : new ReplicaId(vote), commit);
  }

  public static byte[] start(byte[] key, LogPosition start) {
    return sealed(
        key, new ByteWriter(24).putByte(FORMAT).putLong(start.index()).putLong(start.term()));
  }

  public static LogPosition readStart(byte[] key, byte[] value) {
    ByteReader in = body(key, value);
    LogPosition start = new LogPosition(in.readLong(), in.readLong());
    in.requireEnd();
    return start;
  }

  public static byte[] tombstone(byte[] key, long nextReplicaId) {
    return sealed(key, new ByteWriter(16).putByte(FORMAT).putLong(nextReplicaId));
  }

  public static long readTombstone(byte[] key, byte[] value) {
    ByteReader in = body(key, value);
    long next = in.readLong();
    in.requireEnd();
    return next;
  }

  /** A value with a layout of its own, sealed like the others. */
  public static byte[] opaque(byte[] key, byte[] bytes) {
    return sealed(key, new ByteWriter(bytes.length + 8).putByte(FORMAT).putRaw(bytes));
  }

  public static byte[] readOpaque(byte[] key, byte[] value) {
    ByteReader in = body(key, value);
    return in.readRaw(in.remaining());
  }

  private static byte[] rawKey(long range, long replica, Kind kind, long index) {
    return new ByteWriter(KEY_BYTES)
        .putLong(range)
        .putLong(replica)
        .putByte(kind.number)
        .putLong(index)
        .toBytes();
  }

  private static byte[] boundary(long range, long replica) {
    return new ByteWriter(KEY_BYTES).putLong(range).putLong(replica).toBytes();
  }

  private static byte[] sealed(byte[] key, ByteWriter body) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(body.array(), 0, body.size());
    return body.putInt((int) crc.getValue()).toBytes();
  }

  private static ByteReader body(byte[] key, byte[] value) {
    int end = value.length - CHECKSUM_BYTES;
    if (end < 1) {
      throw new MalformedBytes("record of " + value.length + " bytes is too short");
    }
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(value, 0, end);
    if (new ByteReader(value, end, CHECKSUM_BYTES).readInt() != (int) crc.getValue()) {
      throw new MalformedBytes("checksum does not match");
    }
    ByteReader in = new ByteReader(value, 0, end);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new MalformedBytes("format " + format + " is not known to this version");
    }
    return in;
  }

  private static LogEntry.Kind entryKind(int number) {
    try {
      return LogEntry.Kind.ofNumber(number);
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes("kind of entry " + number + " is not known to this version");
    }
  }
}
