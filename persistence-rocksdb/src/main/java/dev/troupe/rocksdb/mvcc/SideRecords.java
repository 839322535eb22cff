package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.SideScan;
import dev.troupe.protocol.spi.StateStore.WouldBlock;
import dev.troupe.rocksdb.codec.SideKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.engine.UseCount;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Reads side records. Any thread. */
final class SideRecords implements AutoCloseable {
  private final RocksDB db;
  private final ColumnFamilyHandle sides;
  private final UseCount uses;
  private final ReadOptions mayBlock = new ReadOptions();
  private final ReadOptions cacheOnly = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);

  SideRecords(RocksDB db, ColumnFamilyHandle sides, UseCount uses) {
    this.db = db;
    this.sides = sides;
    this.uses = uses;
  }

  @Override
  public void close() {
    mayBlock.close();
    cacheOnly.close();
  }

  byte @Nullable [] get(Key key, SideKind kind, byte[] id, ReadMode mode) {
    uses.enter();
    try {
      ReadOptions options =
          switch (mode) {
            case MAY_BLOCK -> mayBlock;
            case CACHE_ONLY -> cacheOnly;
          };
      return db.get(sides, options, SideKeyCodec.encode(key, kind, id));
    } catch (RocksDBException e) {
      if (StorageErrors.isWaitRefused(e)) {
        throw WouldBlock.INSTANCE;
      }
      throw StorageErrors.of(e, "reading the " + kind + " record of key " + key);
    } finally {
      uses.exit();
    }
  }

  SideScan scan(KeySpan span) {
    uses.enter();
    return new Rows(new SpanRecords(db, sides, span), uses);
  }

  /** Not thread-safe. */
  private static final class Rows implements SideScan {
    private final SpanRecords rows;
    private final UseCount uses;
    private boolean sought;
    private boolean started;
    private boolean closed;

    Rows(SpanRecords rows, UseCount uses) {
      this.rows = rows;
      this.uses = uses;
    }

    @Override
    public void seek(Key key, SideKind kind, byte[] id) {
      Invariant.check(!closed, "the scan of side records is closed");
      rows.records.seek(SideKeyCodec.encode(key, kind, id));
      sought = true;
    }

    @Override
    public boolean next() {
      Invariant.check(!closed, "the scan of side records is closed");
      if (sought) {
        sought = false;
        started = true;
      } else if (!started) {
        started = true;
        rows.records.seekToFirst();
      } else if (rows.records.isValid()) {
        rows.records.next();
      }
      boolean found = rows.records.isValid();
      if (!found) {
        rows.requireSound();
      }
      return found;
    }

    @Override
    public SideRecord record() {
      Invariant.check(
          !closed && started && rows.records.isValid(),
          "the scan of side records stands on no record");
      try {
        return SideKeyCodec.decode(rows.records.key(), rows.records.value());
      } catch (MalformedBytes e) {
        throw StorageErrors.corruption("key among the side records: " + e.getMessage());
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        rows.close();
        uses.exit();
      }
    }
  }
}
