/**
 * The store of one node as a whole: its data directory, its two databases, and the one thread that
 * waits for the disk.
 */
@NullMarked
package dev.troupe.rocksdb.engine;

import org.jspecify.annotations.NullMarked;
