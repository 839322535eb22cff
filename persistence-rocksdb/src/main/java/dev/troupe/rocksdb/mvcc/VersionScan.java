package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.rocksdb.engine.UseCount;
import java.util.Objects;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/**
 * What scans of both directions share: a bounded iterator, and the row it stands on. Not
 * thread-safe. Holds memory and files of the database until it is closed.
 */
abstract sealed class VersionScan implements Scan permits ForwardScan, ReverseScan {
  /** After stepping over so many versions of one key, a seek is cheaper than more steps. */
  static final int STEPS_MAX = 8;

  final RocksIterator records;
  final long at;
  private final KeySpan span;
  private final UseCount uses;
  private final SpanRecords bounded;
  private boolean hasRow;
  private boolean closed;

  /**
   * @param uses entered by the caller; left when the scan is closed
   */
  VersionScan(RocksDB db, ColumnFamilyHandle versions, KeySpan span, Timestamp at, UseCount uses) {
    this.span = span;
    this.at = at.value();
    this.uses = uses;
    this.bounded = new SpanRecords(db, versions, span);
    this.records = bounded.records;
  }

  /** Finds the next row; false at the end. */
  abstract boolean advance();

  /** Holds key and value of the row that {@link #advance} found. */
  abstract VersionCursor row();

  @Override
  public final boolean next() {
    Invariant.check(!closed, "scan of %s is closed", span);
    hasRow = advance();
    if (!hasRow) {
      requireSound();
    }
    return hasRow;
  }

  @Override
  public final Key key() {
    requireRow();
    return row().userKey();
  }

  @Override
  public final Timestamp timestamp() {
    requireRow();
    return new Timestamp(row().timestamp());
  }

  @Override
  public final byte[] value() {
    requireRow();
    return Objects.requireNonNull(row().data());
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      bounded.close();
      uses.exit();
    }
  }

  final boolean isVisible(long timestamp) {
    return Long.compareUnsigned(timestamp, at) <= 0;
  }

  final void requireSound() {
    bounded.requireSound();
  }

  private void requireRow() {
    Invariant.check(hasRow && !closed, "scan of %s stands on no row", span);
  }
}
