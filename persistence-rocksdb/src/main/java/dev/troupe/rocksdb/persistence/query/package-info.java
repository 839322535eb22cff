/** Streams that read a store page by page and, when live, go on as soon as something changes. */
@NullMarked
package dev.troupe.rocksdb.persistence.query;

import org.jspecify.annotations.NullMarked;
