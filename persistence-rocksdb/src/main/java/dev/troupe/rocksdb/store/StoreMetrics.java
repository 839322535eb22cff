package dev.troupe.rocksdb.store;

import dev.troupe.protocol.metric.Histogram;
import dev.troupe.rocksdb.engine.GroupCommitWriter;
import dev.troupe.rocksdb.mvcc.RocksStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/**
 * What a store can say in numbers. Any thread; asks the databases for what they know anyway, but
 * not for each request. Once the store is closed everything is zero.
 */
public final class StoreMetrics {
  /**
   * Numbers of one of the two databases.
   *
   * @param tableBytes of its files of keys
   * @param memoryBytes of what is not flushed
   * @param filesAtLevel0 of its largest family
   * @param stopped whether writers are held up altogether
   * @param delayedBytesPerSecond to which writers are slowed down; 0 when they are not
   */
  public record Database(
      String name,
      long tableBytes,
      long memoryBytes,
      long pendingCompactionBytes,
      long compactionsRunning,
      long flushesRunning,
      long filesAtLevel0,
      boolean stopped,
      long delayedBytesPerSecond) {}

  /**
   * Totals of both databases since the store was opened.
   *
   * @param stallMicros that writers were held up
   */
  public record Totals(
      long cacheHits,
      long cacheMisses,
      long bytesRead,
      long bytesWritten,
      long compactionBytesRead,
      long compactionBytesWritten,
      long stallMicros) {}

  private final Databases databases;
  private final GroupCommitWriter writer;
  private final RocksStateStore state;
  private final Path directory;
  private boolean closed;

  StoreMetrics(
      Databases databases, GroupCommitWriter writer, RocksStateStore state, Path directory) {
    this.databases = databases;
    this.writer = writer;
    this.state = state;
    this.directory = directory;
  }

  /** How long writes to the log with their syncs took; nanoseconds. */
  public Histogram syncs() {
    return writer.syncs();
  }

  /** Changes of ranges that shared a sync. */
  public Histogram batches() {
    return writer.batches();
  }

  /** Totals of the writer of the log. */
  public GroupCommitWriter.Counters log() {
    return writer.counters();
  }

  /** Bytes that wait for the log's writer. */
  public long pendingLogBytes() {
    return writer.pendingBytes();
  }

  /** Reads that were answered from versions kept as objects. */
  public long newestHits() {
    return state.newestHits();
  }

  /** Reads that had to ask the database. */
  public long newestMisses() {
    return state.newestMisses();
  }

  /** Both databases; none once the store is closed. */
  public synchronized List<Database> databases() {
    return closed
        ? List.of()
        : List.of(
            database(Databases.LOG, databases.log, databases.log.getDefaultColumnFamily()),
            database(Databases.STATE, databases.state, databases.families.versions()));
  }

  public synchronized Totals totals() {
    if (closed) {
      return new Totals(0, 0, 0, 0, 0, 0, 0);
    }
    Statistics all = databases.statistics;
    return new Totals(
        all.getTickerCount(TickerType.BLOCK_CACHE_HIT),
        all.getTickerCount(TickerType.BLOCK_CACHE_MISS),
        all.getTickerCount(TickerType.BYTES_READ),
        all.getTickerCount(TickerType.BYTES_WRITTEN),
        all.getTickerCount(TickerType.COMPACT_READ_BYTES),
        all.getTickerCount(TickerType.COMPACT_WRITE_BYTES),
        all.getTickerCount(TickerType.STALL_MICROS));
  }

  /** Bytes in use of the block cache, which holds the write buffers of the state, too. */
  public synchronized long cacheBytes() {
    return closed ? 0 : property(databases.state, "rocksdb.block-cache-usage");
  }

  /** Size of the file system that holds the store, in bytes; 0 when it does not say. */
  public long capacityBytes() {
    try {
      return Files.getFileStore(directory).getTotalSpace();
    } catch (IOException unknown) {
      return 0;
    }
  }

  /** What is left of it for this process; 0 when it does not say. */
  public long availableBytes() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException unknown) {
      return 0;
    }
  }

  /** The databases are about to be closed: they are not asked any more. */
  synchronized void close() {
    closed = true;
  }

  private static Database database(String name, RocksDB db, ColumnFamilyHandle largest) {
    return new Database(
        name,
        sum(db, "rocksdb.total-sst-files-size"),
        sum(db, "rocksdb.size-all-mem-tables"),
        sum(db, "rocksdb.estimate-pending-compaction-bytes"),
        property(db, "rocksdb.num-running-compactions"),
        property(db, "rocksdb.num-running-flushes"),
        level0(db, largest),
        property(db, "rocksdb.is-write-stopped") != 0,
        property(db, "rocksdb.actual-delayed-write-rate"));
  }

  /** Over all column families. */
  private static long sum(RocksDB db, String name) {
    try {
      return db.getAggregatedLongProperty(name);
    } catch (RocksDBException unknown) {
      throw unavailable(name, unknown);
    }
  }

  private static long property(RocksDB db, String name) {
    try {
      return db.getLongProperty(name);
    } catch (RocksDBException unknown) {
      throw unavailable(name, unknown);
    }
  }

  private static long level0(RocksDB db, ColumnFamilyHandle family) {
    try {
      return Long.parseLong(db.getProperty(family, "rocksdb.num-files-at-level0"));
    } catch (RocksDBException unknown) {
      throw unavailable("rocksdb.num-files-at-level0", unknown);
    }
  }

  private static IllegalStateException unavailable(String name, RocksDBException cause) {
    return new IllegalStateException("the database does not tell " + name, cause);
  }
}
