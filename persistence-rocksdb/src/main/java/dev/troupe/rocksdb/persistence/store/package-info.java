/**
 * The database below the plugin: one directory with one RocksDB and one group-commit writer, shared
 * by all plugins of an actor system that name it.
 */
@NullMarked
package dev.troupe.rocksdb.persistence.store;

import org.jspecify.annotations.NullMarked;
