package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.rocksdb.engine.UseCount;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;

/** Upwards: the first visible version met of each key is its newest. */
final class ForwardScan extends VersionScan {
  /** The row, or the key last passed over. */
  private VersionCursor current = new VersionCursor();

  /** The record under the iterator. */
  private VersionCursor candidate = new VersionCursor();

  private boolean started;
  private boolean passing;

  ForwardScan(RocksDB db, ColumnFamilyHandle versions, KeySpan span, Timestamp at, UseCount uses) {
    super(db, versions, span, at, uses);
  }

  @Override
  VersionCursor row() {
    return current;
  }

  @Override
  boolean advance() {
    if (started) {
      records.next();
    } else {
      records.seekToFirst();
      started = true;
    }
    int steps = 0;
    while (records.isValid()) {
      candidate.readKey(records);
      if (passing && candidate.isSameKey(current)) {
        stepOr(steps++, 0);
        continue;
      }
      if (!isVisible(candidate.timestamp())) {
        stepOr(steps++, at);
        continue;
      }
      steps = 0;
      candidate.readValue(records);
      swap();
      if (!current.isDeletion()) {
        return true;
      }
      records.next();
    }
    return false;
  }

  /** One step, or after many a seek to the version of the candidate's key at a timestamp. */
  private void stepOr(int steps, long timestamp) {
    if (steps % (STEPS_MAX + 1) == STEPS_MAX) {
      // The oldest possible version may exist: it is met then, and stepped over like the others.
      records.seek(candidate.storedKeyAt(timestamp));
    } else {
      records.next();
    }
  }

  private void swap() {
    VersionCursor passed = current;
    current = candidate;
    candidate = passed;
    passing = true;
  }
}
