package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Collected;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Finds the versions of a span that no read at or above a horizon sees, and puts their removal into
 * a batch. Everything that goes of a key goes in the same batch: a deletion never before what it
 * hides. A key with more old versions than are worth single removals gets one removal of a range of
 * versions, which takes also those that were not looked at. Not thread-safe; for one use.
 */
final class VersionCollector {
  /**
   * So many versions of a key are removed one by one. More are hidden by one range, which costs
   * every read a little until it is compacted away, but spares scans the steps over all of them.
   */
  static final int SINGLE_REMOVALS_MAX = 128;

  private final SpanRecords bounded;
  private final RocksIterator records;
  private final ColumnFamilyHandle versions;
  private final KeySpan span;
  private final long horizon;
  private final int maxVersions;
  private final WriteBatch removals;
  private final List<Key> emptied = new ArrayList<>();

  /** Stored keys of what goes of the key being looked at, up to the maximum. */
  private final List<byte[]> removable = new ArrayList<>();

  /** The first version met of the key being looked at. */
  private final VersionCursor first = new VersionCursor();

  /** The version under the iterator. */
  private final VersionCursor record = new VersionCursor();

  private long seen;
  private long removed;
  private long bytes;

  /**
   * @param removals filled here; owned by the caller
   */
  VersionCollector(
      SpanRecords bounded,
      ColumnFamilyHandle versions,
      KeySpan span,
      Timestamp horizon,
      int maxVersions,
      WriteBatch removals) {
    this.bounded = bounded;
    this.records = bounded.records;
    this.versions = versions;
    this.span = span;
    this.horizon = horizon.value();
    this.maxVersions = maxVersions;
    this.removals = removals;
  }

  Collected collect() throws RocksDBException {
    records.seekToFirst();
    while (records.isValid()) {
      first.readKey(records);
      if (seen >= maxVersions) {
        return result(first.userKey());
      }
      if (seekHorizon() && !collectKey()) {
        Key next = first.userKey().next();
        return result(next.compareTo(span.end()) < 0 ? next : null);
      }
    }
    bounded.requireSound();
    return result(null);
  }

  /** Keys whose newest version of all is removed. */
  List<Key> emptied() {
    return emptied;
  }

  private Collected result(@Nullable Key resume) {
    return new Collected(resume, seen, removed, bytes);
  }

  /** Moves to the newest version at or below the horizon; false when the key has none. */
  private boolean seekHorizon() {
    for (int steps = 0; isOnKey(); steps++) {
      if (Long.compareUnsigned(record.timestamp(), horizon) <= 0) {
        return true;
      }
      seen++;
      if (steps == VersionScan.STEPS_MAX) {
        records.seek(first.storedKeyAt(horizon));
      } else {
        records.next();
      }
    }
    return false;
  }

  /**
   * From the newest version at or below the horizon to the next key.
   *
   * @return false when it stopped before the next key, because enough was looked at
   */
  private boolean collectKey() throws RocksDBException {
    removable.clear();
    long before = removed;
    seen++;
    record.readValueHead(records);
    long newest = record.timestamp();
    boolean deletion = record.isDeletion();
    if (deletion) {
      take();
      if (newest == first.timestamp()) {
        emptied.add(first.userKey());
      }
    }
    boolean whole = true;
    for (records.next(); whole && isOnKey(); ) {
      seen++;
      record.readValueHead(records);
      take();
      whole = seen < maxVersions;
      if (whole) {
        records.next();
      }
    }
    if (!records.isValid()) {
      // It must be the end, and no damage that hides what a deletion hides.
      bounded.requireSound();
    }
    if (removed > before) {
      remove(deletion ? newest : newest - 1, whole && removed - before <= SINGLE_REMOVALS_MAX);
    }
    return whole;
  }

  private void take() {
    removed++;
    bytes += record.storedBytes();
    if (removable.size() < SINGLE_REMOVALS_MAX) {
      removable.add(record.storedKeyAt(record.timestamp()));
    }
  }

  /**
   * @param from timestamp of the newest version that goes
   */
  private void remove(long from, boolean singly) throws RocksDBException {
    if (singly) {
      for (byte[] stored : removable) {
        removals.delete(versions, stored);
      }
    } else {
      removals.deleteRange(
          versions, first.storedKeyAt(from), MvccKeyCodec.stem(first.userKey().next()));
    }
  }

  /** Whether the iterator stands on a version of the key; reads which one. */
  private boolean isOnKey() {
    if (!records.isValid()) {
      return false;
    }
    record.readKey(records);
    return record.isSameKey(first);
  }
}
