/** Events: how they lie in the store, and how they get in and out. */
@NullMarked
package dev.troupe.rocksdb.persistence.journal;

import org.jspecify.annotations.NullMarked;
