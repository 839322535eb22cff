/**
 * What everything else here is built on: the data directory, the one thread that waits for the
 * disk, durable files, and errors of storage. Start at {@link
 * dev.troupe.rocksdb.engine.GroupCommitWriter}.
 */
@NullMarked
package dev.troupe.rocksdb.engine;

import org.jspecify.annotations.NullMarked;
