/**
 * Bytes of everything the store keeps. Pure functions; every format has a golden test, because
 * bytes once written must stay readable.
 */
@NullMarked
package dev.troupe.rocksdb.codec;

import org.jspecify.annotations.NullMarked;
