/** Durable states: the newest state of each persistence id, and which changed when. */
@NullMarked
package dev.troupe.rocksdb.persistence.state;

import org.jspecify.annotations.NullMarked;
