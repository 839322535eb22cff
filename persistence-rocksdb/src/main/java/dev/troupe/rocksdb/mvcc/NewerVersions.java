package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** Looks for versions above a timestamp: of each key only the newest matters, the first one met. */
final class NewerVersions {
  private static final long OLDEST = 0;

  private NewerVersions() {}

  /** Of one key, the newest whose note begins with some bytes; null when there is none. */
  static StateStore.@Nullable Noted noted(SpanRecords key, Timestamp after, byte[] beginning) {
    VersionCursor version = new VersionCursor();
    for (key.records.seekToFirst(); key.records.isValid(); key.records.next()) {
      version.readKey(key.records);
      if (Long.compareUnsigned(version.timestamp(), after.value()) <= 0) {
        return null;
      }
      version.readValue(key.records);
      byte[] note = version.note();
      if (note != null
          && note.length >= beginning.length
          && Arrays.equals(note, 0, beginning.length, beginning, 0, beginning.length)) {
        return new StateStore.Noted(new Timestamp(version.timestamp()), note);
      }
    }
    key.requireSound();
    return null;
  }

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
