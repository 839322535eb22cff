package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Timestamp;
import org.rocksdb.RocksIterator;

/** Looks for versions above a timestamp: of each key only the newest matters, the first one met. */
final class NewerVersions {
  private static final long OLDEST = 0;

  private NewerVersions() {}

  static boolean exist(SpanRecords span, Timestamp after) {
    RocksIterator records = span.records;
    VersionCursor candidate = new VersionCursor();
    VersionCursor passed = null;
    int steps = 0;
    records.seekToFirst();
    while (records.isValid()) {
      candidate.readKey(records);
      if (passed != null && candidate.isSameKey(passed)) {
        if (steps++ == VersionScan.STEPS_MAX) {
          // The oldest possible version may exist: it is met then, and stepped over like the
          // others.
          records.seek(candidate.storedKeyAt(OLDEST));
        } else {
          records.next();
        }
        continue;
      }
      if (Long.compareUnsigned(candidate.timestamp(), after.value()) > 0) {
        return true;
      }
      VersionCursor free = passed == null ? new VersionCursor() : passed;
      passed = candidate;
      candidate = free;
      steps = 0;
      records.next();
    }
    span.requireSound();
    return false;
  }
}
