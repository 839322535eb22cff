/**
 * The replicated state: versions of keys and small range-local records, in one database without a
 * write-ahead log. Start at {@link dev.troupe.rocksdb.mvcc.RocksStateStore}.
 */
@NullMarked
package dev.troupe.rocksdb.mvcc;

import org.jspecify.annotations.NullMarked;
