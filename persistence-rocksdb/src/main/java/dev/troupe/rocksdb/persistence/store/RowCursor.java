package dev.troupe.rocksdb.persistence.store;

import dev.troupe.rocksdb.engine.StorageErrors;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Walks the rows of one range of keys in one consistent view. One thread. Close it before its view.
 */
public final class RowCursor implements AutoCloseable {
  private final RocksIterator iterator;
  private final AutoCloseable owned;
  private final UseGate gate;

  RowCursor(RocksIterator iterator, AutoCloseable owned, UseGate gate) {
    this.iterator = iterator;
    this.owned = owned;
    this.gate = gate;
  }

  public RowCursor first() {
    iterator.seekToFirst();
    return this;
  }

  public RowCursor last() {
    iterator.seekToLast();
    return this;
  }

  /**
   * Whether the cursor stands on a row.
   *
   * @throws dev.troupe.protocol.error.TroupeException when reading failed, or the store is closing
   */
  public boolean valid() {
    gate.requireOpen();
    if (iterator.isValid()) {
      return true;
    }
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the persistence store");
    }
    return false;
  }

  public byte[] key() {
    return iterator.key();
  }

  public byte[] value() {
    return iterator.value();
  }

  public void next() {
    iterator.next();
  }

  public void previous() {
    iterator.prev();
  }

  @Override
  public void close() {
    iterator.close();
    try {
      owned.close();
    } catch (Exception e) {
      throw new IllegalStateException("the bounds of a cursor could not be freed", e);
    }
  }
}
