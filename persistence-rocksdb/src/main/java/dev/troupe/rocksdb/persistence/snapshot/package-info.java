/**
 * Snapshots of persistent actors; large ones in parts, so that they do not hold up other writes.
 */
@NullMarked
package dev.troupe.rocksdb.persistence.snapshot;

import org.jspecify.annotations.NullMarked;
