/**
 * Whole ranges as files, out and in. Start at {@link
 * dev.troupe.rocksdb.snapshot.RocksSnapshotStore}.
 */
@NullMarked
package dev.troupe.rocksdb.snapshot;

import org.jspecify.annotations.NullMarked;
