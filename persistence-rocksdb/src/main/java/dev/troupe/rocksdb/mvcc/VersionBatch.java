package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.codec.SideKeyCodec;
import dev.troupe.rocksdb.codec.StateRecordCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** One native write batch, and what it changes for {@link NewestVersions}. Not thread-safe. */
final class VersionBatch implements Batch {
  private static final int RESERVED_BYTES = 4 << 10;

  /** Puts the changes into the database; see {@link RocksStateStore}. */
  @FunctionalInterface
  interface Commit {
    /**
     * @return false when it would have had to wait and may not; nothing has changed then
     */
    boolean commit(WriteBatch batch, List<Change> changes, boolean mayWait);
  }

  /** A version that the batch writes. */
  static final class Change {
    final Key key;
    final Version written;
    @Nullable Version before;

    Change(Key key, Version written) {
      this.key = key;
      this.written = written;
    }
  }

  private final WriteBatch batch = new WriteBatch(RESERVED_BYTES);
  private final List<Change> changes = new ArrayList<>();
  private final StateFamilies families;
  private final Commit commit;
  private long bytes;
  private boolean closed;

  VersionBatch(StateFamilies families, Commit commit) {
    this.families = families;
    this.commit = commit;
  }

  @Override
  public void put(Key key, Timestamp timestamp, byte[] value) {
    version(key, timestamp, value, StateRecordCodec.value(value));
  }

  @Override
  public void delete(Key key, Timestamp timestamp) {
    version(key, timestamp, null, StateRecordCodec.deletion());
  }

  @Override
  public void write(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] note) {
    version(key, timestamp, value, StateRecordCodec.noted(value, note));
  }

  @Override
  public void putLocal(RangeId range, LocalRecord record, byte[] value) {
    put(families.locals(), StateRecordCodec.localKey(range, record), value);
  }

  @Override
  public void putSide(Key key, SideKind kind, byte[] id, byte[] value) {
    put(families.sides(), SideKeyCodec.encode(key, kind, id), value);
  }

  /** No single deletion, cheaper as it is: that is undefined for a record once overwritten. */
  @Override
  public void deleteSide(Key key, SideKind kind, byte[] id) {
    requireOpen();
    byte[] stored = SideKeyCodec.encode(key, kind, id);
    try {
      batch.delete(families.sides(), stored);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "adding to a batch of the state");
    }
    bytes += stored.length;
  }

  @Override
  public long sizeBytes() {
    return bytes;
  }

  @Override
  public void commit() {
    commit(true);
  }

  @Override
  public boolean tryCommit() {
    return commit(false);
  }

  private boolean commit(boolean mayWait) {
    requireOpen();
    if (!commit.commit(batch, changes, mayWait)) {
      return false;
    }
    batch.clear();
    changes.clear();
    bytes = 0;
    return true;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      batch.close();
    }
  }

  private void version(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] stored) {
    put(families.versions(), MvccKeyCodec.encode(key, timestamp), stored);
    changes.add(new Change(key, new Version(timestamp, value)));
  }

  private void put(ColumnFamilyHandle family, byte[] key, byte[] value) {
    requireOpen();
    try {
      batch.put(family, key, value);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "adding to a batch of the state");
    }
    bytes += key.length + value.length;
  }

  private void requireOpen() {
    Invariant.check(!closed, "the batch is closed");
  }
}
