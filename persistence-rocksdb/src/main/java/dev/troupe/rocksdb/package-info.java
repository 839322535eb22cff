/** The storage of a node on RocksDB: one job, the ports of {@code protocol}, done durably. */
@NullMarked
package dev.troupe.rocksdb;

import org.jspecify.annotations.NullMarked;
