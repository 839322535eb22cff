package dev.troupe.node.boot;

import dev.troupe.node.metrics.Families;
import dev.troupe.rocksdb.engine.GroupCommitWriter;
import dev.troupe.rocksdb.store.StoreMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The metrics of a node's storage engine. */
final class StoreFamilies {
  private static final double MICROS_PER_SECOND = 1e6;

  private final StoreMetrics store;

  StoreFamilies(StoreMetrics store) {
    this.store = store;
  }

  void collect(Families all) {
    log(all);
    databases(all, store.databases());
    StoreMetrics.Totals totals = store.totals();
    all.counter("troupe_store_cache_hits", "Blocks found in the cache", totals.cacheHits())
        .counter("troupe_store_cache_misses", "Blocks read from files", totals.cacheMisses())
        .counter(
            "troupe_store_newest_hits",
            "Reads answered from versions that are kept as objects",
            store.newestHits())
        .counter(
            "troupe_store_newest_misses", "Reads that asked the database", store.newestMisses())
        .counter("troupe_store_read_bytes", "Bytes of keys and values read", totals.bytesRead())
        .counter("troupe_store_written_bytes", "Bytes written to memory", totals.bytesWritten())
        .counter(
            "troupe_store_compaction_read_bytes",
            "Bytes read by compactions",
            totals.compactionBytesRead())
        .counter(
            "troupe_store_compaction_written_bytes",
            "Bytes written by compactions",
            totals.compactionBytesWritten())
        .counter(
            "troupe_store_stall_seconds",
            "Time for which writers were held up",
            totals.stallMicros() / MICROS_PER_SECOND)
        .gauge("troupe_store_cache_bytes", "Block cache and write buffers", store.cacheBytes())
        .gauge(
            "troupe_store_capacity_bytes",
            "Size of the file system of the data directory",
            store.capacityBytes())
        .gauge(
            "troupe_store_available_bytes",
            "What is left of the file system of the data directory",
            store.availableBytes());
  }

  private void log(Families all) {
    GroupCommitWriter.Counters log = store.log();
    all.seconds(
            "troupe_log_sync_duration_seconds",
            "Time of one write to the log with its sync",
            store.syncs())
        .sizes("troupe_log_sync_changes", "Changes of ranges that shared a sync", store.batches())
        .counter("troupe_log_written_bytes", "Bytes written to the log", log.bytes())
        .gauge("troupe_log_pending_bytes", "Bytes that wait for the log", store.pendingLogBytes());
  }

  private static void databases(Families all, List<StoreMetrics.Database> both) {
    gauge(
        all, both, "troupe_store_table_bytes", "Files of keys", StoreMetrics.Database::tableBytes);
    gauge(
        all,
        both,
        "troupe_store_memory_bytes",
        "What is not flushed",
        StoreMetrics.Database::memoryBytes);
    gauge(
        all,
        both,
        "troupe_store_compaction_pending_bytes",
        "What compactions have to rewrite, by estimate",
        StoreMetrics.Database::pendingCompactionBytes);
    gauge(
        all,
        both,
        "troupe_store_compactions_running",
        "Compactions under way",
        StoreMetrics.Database::compactionsRunning);
    gauge(
        all,
        both,
        "troupe_store_flushes_running",
        "Flushes under way",
        StoreMetrics.Database::flushesRunning);
    gauge(
        all,
        both,
        "troupe_store_level0_files",
        "Files at level 0 of the largest column family",
        StoreMetrics.Database::filesAtLevel0);
    gauge(
        all,
        both,
        "troupe_store_write_stopped",
        "1 while writers are held up altogether",
        d -> d.stopped() ? 1 : 0);
    gauge(
        all,
        both,
        "troupe_store_write_delayed",
        "1 while writers are slowed down",
        d -> d.delayedBytesPerSecond() > 0 ? 1 : 0);
  }

  private static void gauge(
      Families all,
      List<StoreMetrics.Database> both,
      String name,
      String help,
      ToLongFunction<StoreMetrics.Database> value) {
    Map<String, Long> values = new LinkedHashMap<>();
    both.forEach(one -> values.put(one.name(), value.applyAsLong(one)));
    all.gauges(name, help, "database", values);
  }
}
