/**
 * The Raft logs of all replicas of a store in one database, written by the store's group-commit
 * writer. Start at {@link dev.troupe.rocksdb.raft.RocksRaftLogStore}.
 */
@NullMarked
package dev.troupe.rocksdb.raft;

import org.jspecify.annotations.NullMarked;
