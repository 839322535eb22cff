package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of all ranges of one store: versions of keys, side records of keys, and
 * small range-local records.
 *
 * <p>Nothing here is synced: after a crash the state is some prefix of the committed batches, each
 * whole or absent, and the Raft log is replayed above the applied index found in it.
 */
public interface StateStore {
  /** So long may the note of a version be. */
  int NOTE_BYTES_MAX = 255;

  /** Small records that belong to a range and not to a key. The numbers are stored: never reuse. */
  enum LocalRecord {
    /** Position and clock of the state machine. */
    APPLIED(1),
    /** The range's own descriptor. */
    DESCRIPTOR(2);

    private final int number;

    LocalRecord(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /** What a side record is. The numbers are stored: never reuse. */
  enum SideKind {
    /** A transaction's claim on the key. */
    LOCK(1),
    /** What became of a transaction that has the key as its anchor. */
    TRANSACTION(2);

    private final int number;

    SideKind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /**
   * A small replicated record that belongs to a key and is no version of it: it has no timestamp,
   * moves where its key moves, and is overwritten in place.
   *
   * @param id tells records of one kind and key from each other; may be empty
   */
  record SideRecord(Key key, SideKind kind, byte[] id, byte[] value) {}

  /** A version of a key; {@code value} is null for a deletion. */
  record Version(Timestamp timestamp, byte @Nullable [] value) {
    public boolean isDeletion() {
      return value == null;
    }
  }

  /**
   * A version that has a note.
   *
   * @param note shared: read only
   */
  record Noted(Timestamp timestamp, byte[] note) {}

  /**
   * How far a collection of old versions came.
   *
   * @param resume first key not looked at; null when the span is done
   * @param versionsSeen how many were looked at
   * @param versionsRemoved how many of them were removed; the rest of a key with very many is
   *     removed without being looked at, and not counted
   * @param bytesRemoved of keys and values of those, as stored, uncompressed
   */
  record Collected(
      @Nullable Key resume, long versionsSeen, long versionsRemoved, long bytesRemoved) {}

  /** The data are not in memory and the caller must not wait for the disk. */
  final class WouldBlock extends RuntimeException {
    private static final long serialVersionUID = 1L;
    public static final WouldBlock INSTANCE = new WouldBlock();

    private WouldBlock() {
      super("the data are not in memory", null, false, false);
    }
  }

  /** How long a read may take. */
  enum ReadMode {
    MAY_BLOCK,
    /** Throws {@link WouldBlock} instead of reading from disk. */
    CACHE_ONLY
  }

  /** Changes that become visible together. Not thread-safe; close it in any case. */
  interface Batch extends AutoCloseable {
    void put(Key key, Timestamp timestamp, byte[] value);

    void delete(Key key, Timestamp timestamp);

    /**
     * A version with a note, which goes where the version goes and is told by {@link #noted} only.
     *
     * @param value null for a deletion
     * @param note 1 to {@link #NOTE_BYTES_MAX} bytes
     */
    void write(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] note);

    void putLocal(RangeId range, LocalRecord record, byte[] value);

    /** Writes a side record, over the one of the same key, kind and id if there is one. */
    void putSide(Key key, SideKind kind, byte[] id, byte[] value);

    /** Removes a side record; harmless when there is none. */
    void deleteSide(Key key, SideKind kind, byte[] id);

    long sizeBytes();

    /** Makes the changes visible, not durable, and empties the batch. May wait for the disk. */
    void commit();

    /**
     * The same without waiting for the disk.
     *
     * @return false when that is impossible now: nothing has changed, the batch neither
     */
    boolean tryCommit();

    @Override
    void close();
  }

  /** Newest live version of each key of a span at a timestamp, in key order. Close it. */
  interface Scan extends AutoCloseable {
    /** Moves to the next key with a live version. */
    boolean next();

    Key key();

    Timestamp timestamp();

    byte[] value();

    @Override
    void close();
  }

  /** Side records of a span. Not thread-safe; close it. */
  interface SideScan extends AutoCloseable {
    /** Makes the first record at or above a place in the span the next one. */
    void seek(Key key, SideKind kind, byte[] id);

    /** Moves to the next record. */
    boolean next();

    SideRecord record();

    @Override
    void close();
  }

  Batch newBatch();

  /** Newest version at or below a timestamp, deletions included; null when there is none. */
  @Nullable Version newest(Key key, Timestamp at, ReadMode mode);

  /**
   * The newest version of a key, above a timestamp, whose note begins with some bytes; null when
   * there is none. Looks at every version above the timestamp until it is found. Blocking.
   */
  @Nullable Noted noted(Key key, Timestamp after, byte[] beginning);

  /** A consistent view of the span as of now. Deleted keys are left out. */
  Scan scan(KeySpan span, Timestamp at, boolean reverse);

  /** Null when there is none. */
  byte @Nullable [] getSide(Key key, SideKind kind, byte[] id, ReadMode mode);

  /** All side records of the keys in a span as of now, in order of key, kind, id. Blocking. */
  SideScan scanSide(KeySpan span);

  /**
   * Whether any version (deletions included) of a key in the span is newer than a timestamp.
   * Blocking.
   */
  boolean changedSince(KeySpan span, Timestamp after);

  byte @Nullable [] getLocal(RangeId range, LocalRecord record);

  /**
   * What {@link #getLocal} would return after a crash now: a log may be truncated below the applied
   * index found here. Blocking.
   */
  default byte @Nullable [] getDurableLocal(RangeId range, LocalRecord record) {
    byte[] value = getLocal(range, record);
    flush();
    return value;
  }

  /** Makes everything committed before the call durable. Blocking, seconds: maintenance only. */
  void flush();

  /**
   * Removes all versions and side records in the span and all local records of the range. Blocking.
   */
  void clear(RangeId range, KeySpan span);

  /** Removes all local records of a range, and none of its keys: another one has them. Blocking. */
  void forget(RangeId range);

  /** Rough size of the span in bytes, from the engine's own statistics. */
  long approximateBytes(KeySpan span);

  /**
   * Removes versions that no read at or above the horizon can see: of each key everything below its
   * newest version at or below the horizon, and that one too when it is a deletion. A key is done
   * whole or not at all. Blocking; background threads, while everything else goes on.
   *
   * <p>The caller owes that nothing is read below the horizon any more, {@link #changedSince}
   * included, and that no version at or below it is written, except by applying the log in its
   * order. That holds also for what this replica has yet to apply: a command that looks below the
   * horizon would be answered otherwise here than on replicas that have not collected yet.
   *
   * @param maxVersions after how many versions looked at it stops, at least one
   */
  Collected collect(KeySpan span, Timestamp horizon, int maxVersions);

  /**
   * Rewrites the files of a span, so that what was removed gives its space back now instead of in
   * the course of later writes. Blocking, as long as reading and writing the span takes; background
   * threads. Ends early when the store is closed.
   */
  void compact(KeySpan span);
}
