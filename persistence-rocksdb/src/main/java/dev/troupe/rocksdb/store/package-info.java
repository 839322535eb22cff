/**
 * The store of one node: its two databases opened together, and the ports on them. Start at {@link
 * dev.troupe.rocksdb.store.StoreEngine}.
 */
@NullMarked
package dev.troupe.rocksdb.store;

import org.jspecify.annotations.NullMarked;
