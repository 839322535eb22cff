package dev.troupe.rocksdb.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.engine.FatalErrorHandler;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.mvcc.StateFamilies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * Opens the two databases of a store with their settings.
 *
 * <p>{@code log}: one column family, its write-ahead log synced by every write; a torn record at
 * the very end is what a crash leaves and is dropped, anything else wrong is refused. {@code
 * state}: range-local records, versions of keys and side records in three column families that are
 * flushed together or not at all; no write-ahead log, since the Raft log is one. A state database
 * from before side records existed gets their family when it is opened.
 */
final class Databases implements AutoCloseable {
  static final String LOG = "log";
  static final String STATE = "state";

  private static final byte[] VERSIONS = "versions".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIDES = "sides".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK_BYTES = 4 << 10;
  private static final double CACHE_FOR_FILTERS_RATIO = 0.5;
  private static final double MEMORY_FILTER_RATIO = 0.03;
  private static final int OPEN_FILES_MAX = 1000;
  private static final int INFO_LOGS_KEPT = 4;
  private static final long INFO_LOG_BYTES = 8 << 20;
  private static final long SYNC_WHILE_WRITING_BYTES = 1 << 20;
  private static final int RANGE_DELETIONS_IN_MEMORY_MAX = 500;
  private static final int LOG_FILES_BEFORE_COMPACTION = 12;
  private static final int SIDE_FILES_BEFORE_COMPACTION = 8;
  private static final long DELETIONS_WINDOW = 1024;
  private static final double DELETIONS_OF_FILE_RATIO = 0.5;
  private static final double BLOOM_BITS_PER_KEY = 10;
  // A filter that errs costs a commit the look into a file, and the way to another thread.
  private static final double BLOOM_BITS_PER_SIDE_RECORD = 18;

  private final NativeResources resources = new NativeResources();
  private final Path directory;
  private final StoreOptions options;
  private final FatalErrorHandler fatal;
  private final boolean mayCreate;
  private final Cache cache;
  private final WriteBufferManager stateWriteBuffers;
  final Statistics statistics;
  final RocksDB log;
  final RocksDB state;
  final StateFamilies families;

  /**
   * @param mayCreate whether missing databases are made; otherwise they are refused, because an
   *     empty one in the place of a lost one would vote again in terms it has voted in
   */
  Databases(Path directory, StoreOptions options, FatalErrorHandler fatal, boolean mayCreate) {
    RocksDB.loadLibrary();
    this.directory = directory;
    this.options = options;
    this.fatal = fatal;
    this.mayCreate = mayCreate;
    try {
      // Filters and indexes are asked again and again, blocks of data mostly once.
      cache = resources.add(new LRUCache(options.cacheBytes(), -1, false, CACHE_FOR_FILTERS_RATIO));
      stateWriteBuffers =
          resources.add(new WriteBufferManager(options.stateWriteBufferBytes(), cache));
      // Counters per core and no histograms: what they cost does not show.
      statistics = resources.add(new Statistics(EnumSet.allOf(HistogramType.class)));
      statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
      log = openLog();
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      state = openState(handles);
      families = new StateFamilies(handles.get(0), handles.get(1), handles.get(2));
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  private RocksDB openLog() {
    ColumnFamilyOptions family =
        resources
            .add(family(new ColumnFamilyOptions(), table(), options.logWriteBufferBytes() / 2))
            // Most of a log is dropped again before it would be worth compacting or compressing.
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setLevel0FileNumCompactionTrigger(LOG_FILES_BEFORE_COMPACTION);
    DBOptions database =
        database(LOG)
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            // Leftovers of a file's earlier life would look like damage.
            .setRecycleLogFileNum(0);
    // Reads pay for every range deletion that is still in memory.
    family.setMemtableMaxRangeDeletions(RANGE_DELETIONS_IN_MEMORY_MAX);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    return open(
        LOG,
        database,
        List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family)),
        handles);
  }

  private RocksDB openState(List<ColumnFamilyHandle> handles) {
    BlockBasedTableConfig filtered = filtered(BLOOM_BITS_PER_KEY);
    long buffer = options.stateWriteBufferBytes() / 2;
    ColumnFamilyOptions localFamily =
        resources.add(family(new ColumnFamilyOptions(), filtered, buffer));
    ColumnFamilyOptions versionFamily =
        resources
            .add(family(compactedWhenDeleted(), filtered, buffer))
            // What was just flushed is soon rewritten by a compaction: compressed only then.
            .setCompressionPerLevel(
                List.of(CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION))
            .useCappedPrefixExtractor(MvccKeyCodec.FILTER_PREFIX_BYTES)
            .setMemtablePrefixBloomSizeRatio(MEMORY_FILTER_RATIO)
            .setMemtableMaxRangeDeletions(RANGE_DELETIONS_IN_MEMORY_MAX);
    ColumnFamilyOptions sideFamily =
        resources
            .add(family(compactedWhenDeleted(), filtered(BLOOM_BITS_PER_SIDE_RECORD), buffer / 2))
            // Names at random, in no order: there is little to compress, and each compaction
            // rewrites nearly everything.
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setLevel0FileNumCompactionTrigger(SIDE_FILES_BEFORE_COMPACTION)
            // Nearly every commit asks for a record that is not there.
            .setMemtableWholeKeyFiltering(true)
            .setMemtablePrefixBloomSizeRatio(MEMORY_FILTER_RATIO);
    DBOptions database =
        database(STATE).setWriteBufferManager(stateWriteBuffers).setAtomicFlush(true);
    if (isOlderThanSides()) {
      database.setCreateMissingColumnFamilies(true);
    }
    return open(
        STATE,
        database,
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, localFamily),
            new ColumnFamilyDescriptor(VERSIONS, versionFamily),
            new ColumnFamilyDescriptor(SIDES, sideFamily)),
        handles);
  }

  /** Whether the state database is there with everything but the family of side records. */
  private boolean isOlderThanSides() {
    Path path = directory.resolve(STATE);
    if (!Files.exists(path.resolve("CURRENT"))) {
      return false;
    }
    try (Options defaults = new Options()) {
      List<String> names =
          RocksDB.listColumnFamilies(defaults, path.toString()).stream()
              .map(name -> new String(name, StandardCharsets.US_ASCII))
              .toList();
      return names.equals(List.of("default", "versions"));
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "opening database " + path);
    }
  }

  private RocksDB open(
      String name,
      DBOptions database,
      List<ColumnFamilyDescriptor> families,
      List<ColumnFamilyHandle> handles) {
    Path path = directory.resolve(name);
    if (!mayCreate && !Files.exists(path.resolve("CURRENT"))) {
      throw new TroupeException(
          ErrorCode.CORRUPTION,
          "database "
              + path
              + " is gone although the store was in use: remove the node from its"
              + " cluster, start it with an empty data directory and let it join again");
    }
    try {
      RocksDB db = RocksDB.open(database, path.toString(), families, handles);
      resources.add(db);
      handles.forEach(resources::add);
      return db;
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "opening database " + path);
    }
  }

  private DBOptions database(String name) {
    Properties properties = new Properties();
    // A write-ahead log that lost its end although a later one exists is a hole, not a torn tail.
    properties.setProperty("track_and_verify_wals", "true");
    DBOptions database = resources.add(DBOptions.getDBOptionsFromProps(properties));
    return database
        .setCreateIfMissing(mayCreate)
        .setCreateMissingColumnFamilies(mayCreate)
        .setListeners(
            List.of(
                resources.add(
                    new BackgroundListener(fatal, "database " + directory.resolve(name)))))
        // A failed sync may have lost data that a repeated one does not bring back.
        .setMaxBgErrorResumeCount(0)
        .setStatistics(statistics)
        .setMaxBackgroundJobs(options.backgroundJobs())
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setBytesPerSync(SYNC_WHILE_WRITING_BYTES)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(INFO_LOGS_KEPT)
        .setMaxLogFileSize(INFO_LOG_BYTES)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private BlockBasedTableConfig filtered(double bitsPerKey) {
    return table().setFilterPolicy(resources.add(new BloomFilter(bitsPerKey)));
  }

  private BlockBasedTableConfig table() {
    return new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setBlockSize(BLOCK_BYTES)
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true);
  }

  /**
   * Options of a family whose files are compacted soon when they hold many deletions close to each
   * other: the space comes back, and scans need not step over them for long.
   */
  private ColumnFamilyOptions compactedWhenDeleted() {
    try (Options base = new Options()) {
      base.setTablePropertiesCollectorFactory(
          List.of(
              resources.add(
                  TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
                      DELETIONS_WINDOW, DELETIONS_WINDOW / 2, DELETIONS_OF_FILE_RATIO))));
      // Only these options, and no others, can be told of it.
      return new ColumnFamilyOptions(base);
    }
  }

  private static ColumnFamilyOptions family(
      ColumnFamilyOptions base, BlockBasedTableConfig table, long writeBufferBytes) {
    return base.setTableFormatConfig(table)
        .setWriteBufferSize(writeBufferBytes)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true);
  }
}
