package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/** The native database with its column families. Owns every native object; not thread-safe. */
final class RocksFiles implements AutoCloseable {
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int INFO_LOG_FILES = 4;
  private static final long INFO_LOG_BYTES = 4 << 20;
  private static final int OPEN_FILES_MAX = 512;

  static {
    RocksDB.loadLibrary();
  }

  private final Natives natives;
  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> handles;

  private RocksFiles(Natives natives, RocksDB db, Map<Family, ColumnFamilyHandle> handles) {
    this.natives = natives;
    this.db = db;
    this.handles = handles;
  }

  /**
   * Opens or creates the database. Blocking.
   *
   * @throws TroupeException when it cannot be opened or belongs to something else; nothing is held
   */
  static RocksFiles open(Path path, StoreSettings settings) {
    Natives natives = new Natives();
    try {
      requireOurs(path);
      return open(path, settings, natives);
    } catch (RocksDBException e) {
      natives.close();
      throw StorageErrors.of(e, "opening the persistence store in " + path);
    } catch (RuntimeException e) {
      natives.close();
      throw e;
    }
  }

  private static RocksFiles open(Path path, StoreSettings settings, Natives natives)
      throws RocksDBException {
    DBOptions options = natives.own(databaseOptions(settings));
    ColumnFamilyOptions familyOptions = natives.own(familyOptions(settings, natives));
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Family family : Family.values()) {
      descriptors.add(new ColumnFamilyDescriptor(family.storedName(), familyOptions));
    }
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db = natives.own(RocksDB.open(options, path.toString(), descriptors, opened));
    Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      handles.put(family, natives.own(opened.get(family.ordinal())));
    }
    return new RocksFiles(natives, db, handles);
  }

  RocksDB db() {
    return db;
  }

  ColumnFamilyHandle handle(Family family) {
    return Objects.requireNonNull(handles.get(family));
  }

  /** Frees everything, the database after its column families and before its options. */
  @Override
  public void close() {
    natives.close();
  }

  private static void requireOurs(Path path) throws RocksDBException {
    List<String> ours = Arrays.stream(Family.values()).map(RocksFiles::name).toList();
    try (Options options = new Options()) {
      for (byte[] present : RocksDB.listColumnFamilies(options, path.toString())) {
        String name = new String(present, StandardCharsets.UTF_8);
        if (!ours.contains(name)) {
          throw new TroupeException(
              ErrorCode.PRECONDITION_FAILED,
              path
                  + " holds a column family '"
                  + name
                  + "' that this version does not know: it"
                  + " belongs to another program or a newer version; give another directory");
        }
      }
    }
  }

  private static String name(Family family) {
    return new String(family.storedName(), StandardCharsets.UTF_8);
  }

  private static DBOptions databaseOptions(StoreSettings settings) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setMaxBackgroundJobs(settings.backgroundJobs())
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setDbWriteBufferSize(settings.writeBufferBytes())
        .setMaxTotalWalSize(4 * settings.writeBufferBytes())
        // Whatever was acknowledged was synced: only an unsynced tail may be broken. Anything else
        // must stop the start instead of silently losing what lies behind it.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(INFO_LOG_FILES)
        .setMaxLogFileSize(INFO_LOG_BYTES);
  }

  private static ColumnFamilyOptions familyOptions(StoreSettings settings, Natives natives) {
    Cache cache = natives.own(new LRUCache(settings.cacheBytes()));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            .setFilterPolicy(natives.own(new BloomFilter(BLOOM_BITS_PER_KEY)))
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    return new ColumnFamilyOptions()
        .setWriteBufferSize(settings.writeBufferBytes())
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(table);
  }

  /** Native objects, freed in the reverse order of their making. */
  private static final class Natives {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    <T extends AutoCloseable> T own(T object) {
      owned.push(object);
      return object;
    }

    void close() {
      while (!owned.isEmpty()) {
        try {
          owned.pop().close();
        } catch (Exception e) {
          throw new IllegalStateException("a native object could not be closed", e);
        }
      }
    }
  }
}
