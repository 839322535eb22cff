package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.protocol.spi.StateStore.WouldBlock;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads single versions, out of {@link NewestVersions} where possible. Looks for the newest version
 * of all first, since that is the one wanted nearly always, and worth remembering. Files and memory
 * that cannot hold the key are passed over by their filters. Any thread.
 */
final class VersionReader implements AutoCloseable {
  private final RocksDB db;
  private final ColumnFamilyHandle versions;
  private final NewestVersions newest;
  private final ReadOptions mayBlock = new ReadOptions();
  private final ReadOptions cacheOnly = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);
  private final ReadOptions mayBlockUnfiltered = new ReadOptions().setTotalOrderSeek(true);
  private final ReadOptions cacheOnlyUnfiltered =
      new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER).setTotalOrderSeek(true);

  VersionReader(RocksDB db, ColumnFamilyHandle versions, NewestVersions newest) {
    this.db = db;
    this.versions = versions;
    this.newest = newest;
  }

  @Override
  public void close() {
    mayBlock.close();
    cacheOnly.close();
    mayBlockUnfiltered.close();
    cacheOnlyUnfiltered.close();
  }

  @Nullable Version newest(Key key, Timestamp at, ReadMode mode) {
    long ticket = newest.readTicket(key);
    byte[] stored = MvccKeyCodec.encode(key, Timestamp.MAX);
    VersionCursor cursor = new VersionCursor();
    try (RocksIterator records = db.newIterator(versions, options(mode, stored))) {
      Version found = seek(records, cursor, stored);
      if (found == null) {
        return null;
      }
      newest.offer(key, found, ticket);
      if (found.timestamp().compareTo(at) <= 0) {
        return found;
      }
      MvccKeyCodec.putTimestamp(stored, at);
      return seek(records, cursor, stored);
    } catch (RocksDBException e) {
      throw failure(e, key);
    }
  }

  private static @Nullable Version seek(RocksIterator records, VersionCursor cursor, byte[] stored)
      throws RocksDBException {
    records.seek(stored);
    if (!records.isValid()) {
      records.status();
      return null;
    }
    cursor.readKey(records);
    if (!cursor.isVersionOf(stored)) {
      return null;
    }
    cursor.readValue(records);
    return new Version(new Timestamp(cursor.timestamp()), cursor.data());
  }

  private ReadOptions options(ReadMode mode, byte[] stored) {
    boolean filtered = MvccKeyCodec.isInFilters(stored);
    return switch (mode) {
      case MAY_BLOCK -> filtered ? mayBlock : mayBlockUnfiltered;
      case CACHE_ONLY -> filtered ? cacheOnly : cacheOnlyUnfiltered;
    };
  }

  private static RuntimeException failure(RocksDBException e, Key key) {
    return StorageErrors.isWaitRefused(e)
        ? WouldBlock.INSTANCE
        : StorageErrors.of(e, "reading key " + key);
  }
}
