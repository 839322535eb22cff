package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.util.HashSet;
import java.util.Set;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Compactions on demand, which a closing store does not wait for. Blocking; any thread. */
final class SpanCompaction {
  private final RocksDB db;
  private final StateFamilies families;
  private final Set<CompactRangeOptions> running = new HashSet<>();
  private boolean stopped;

  SpanCompaction(RocksDB db, StateFamilies families) {
    this.db = db;
    this.families = families;
  }

  /** Versions and side records of the span. */
  void run(KeySpan span) {
    // Not alone: the compactions that writes need must go on beside it.
    try (CompactRangeOptions options =
        new CompactRangeOptions().setExclusiveManualCompaction(false)) {
      if (!enter(options)) {
        return;
      }
      try {
        compact(families.versions(), span, options);
        compact(families.sides(), span, options);
      } catch (RocksDBException e) {
        if (!isStopped()) {
          throw StorageErrors.of(e, "compacting " + span);
        }
      } finally {
        exit(options);
      }
    }
  }

  private void compact(ColumnFamilyHandle family, KeySpan span, CompactRangeOptions options)
      throws RocksDBException {
    byte[] start = MvccKeyCodec.stem(span.start());
    byte[] end = MvccKeyCodec.stem(span.end());
    db.compactRange(family, start, end, options);
  }

  /** Ends what is running, and lets nothing begin any more. */
  synchronized void stop() {
    stopped = true;
    for (CompactRangeOptions options : running) {
      options.setCanceled(true);
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized boolean enter(CompactRangeOptions options) {
    return !stopped && running.add(options);
  }

  private synchronized void exit(CompactRangeOptions options) {
    running.remove(options);
  }
}
