package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A database iterator over what the keys of a span have in a family, with the native objects that
 * it needs. Not thread-safe. Holds memory and files of the database until it is closed.
 */
final class SpanRecords implements AutoCloseable {
  final RocksIterator records;
  private final KeySpan span;
  private final Slice lower;
  private final Slice upper;
  private final ReadOptions options;

  SpanRecords(RocksDB db, ColumnFamilyHandle family, KeySpan span) {
    this(db, family, span, new ReadOptions());
  }

  /**
   * @param options taken over, bounded and closed
   */
  SpanRecords(RocksDB db, ColumnFamilyHandle family, KeySpan span, ReadOptions options) {
    this.span = span;
    this.lower = new Slice(MvccKeyCodec.stem(span.start()));
    this.upper = new Slice(MvccKeyCodec.stem(span.end()));
    this.options =
        options.setIterateLowerBound(lower).setIterateUpperBound(upper).setTotalOrderSeek(true);
    this.records = db.newIterator(family, options);
  }

  /** An iterator that meets damage looks as if it were at its end. */
  void requireSound() {
    try {
      records.status();
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "scanning " + span);
    }
  }

  @Override
  public void close() {
    records.close();
    options.close();
    lower.close();
    upper.close();
  }
}
