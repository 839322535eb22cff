package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.SideScan;
import dev.troupe.rocksdb.codec.SideKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.engine.UseCount;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Reads side records. Blocking; any thread. */
final class SideRecords {
  private final RocksDB db;
  private final ColumnFamilyHandle sides;
  private final UseCount uses;

  SideRecords(RocksDB db, ColumnFamilyHandle sides, UseCount uses) {
    this.db = db;
    this.sides = sides;
    this.uses = uses;
  }

  byte @Nullable [] get(Key key, SideKind kind, byte[] id) {
    uses.enter();
    try {
      return db.get(sides, SideKeyCodec.encode(key, kind, id));
    } catch (RocksDBException e) {
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
    private boolean started;
    private boolean closed;

    Rows(SpanRecords rows, UseCount uses) {
      this.rows = rows;
      this.uses = uses;
    }

    @Override
    public boolean next() {
      Invariant.check(!closed, "the scan of side records is closed");
      if (!started) {
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
