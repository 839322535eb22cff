package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.rocksdb.engine.UseCount;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;

/**
 * Downwards: the versions of a key come oldest first, so the last visible one is the row, and the
 * iterator already stands on the key below when a row is found.
 */
final class ReverseScan extends VersionScan {
  private static final long NEWEST = -1L;

  private VersionCursor row = new VersionCursor();
  private VersionCursor record = new VersionCursor();
  private boolean started;

  ReverseScan(RocksDB db, ColumnFamilyHandle versions, KeySpan span, Timestamp at, UseCount uses) {
    super(db, versions, span, at, uses);
  }

  @Override
  VersionCursor row() {
    return row;
  }

  @Override
  boolean advance() {
    if (!started) {
      records.seekToLast();
      started = true;
    }
    while (records.isValid()) {
      record.readKey(records);
      boolean found = takeNewestVisible();
      leaveKey();
      if (found && !row.isDeletion()) {
        return true;
      }
    }
    return false;
  }

  /** From the oldest version of a key, in {@link #record}, to the newest visible one. */
  private boolean takeNewestVisible() {
    boolean found = false;
    for (int steps = 0; isVisible(record.timestamp()); steps++) {
      if (steps == STEPS_MAX) {
        records.seek(record.storedKeyAt(at));
        requireSound();
        record.readKey(records);
      }
      record.readValue(records);
      swap();
      found = true;
      if (steps == STEPS_MAX) {
        return true;
      }
      records.prev();
      if (!records.isValid()) {
        // Were this damage and not the end, the row could be older than the newest visible one.
        requireSound();
        return true;
      }
      record.readKey(records);
      if (!record.isSameKey(row)) {
        return true;
      }
    }
    if (!found) {
      // Only versions above the timestamp: this key is passed over.
      swap();
    }
    return found;
  }

  private void swap() {
    VersionCursor former = row;
    row = record;
    record = former;
  }

  /** Moves below all versions of the key in {@link #row}. */
  private void leaveKey() {
    for (int steps = 0; records.isValid(); steps++) {
      record.readKey(records);
      if (!record.isSameKey(row)) {
        return;
      }
      if (steps == STEPS_MAX) {
        records.seekForPrev(row.storedKeyAt(NEWEST));
      } else {
        records.prev();
      }
    }
  }
}
