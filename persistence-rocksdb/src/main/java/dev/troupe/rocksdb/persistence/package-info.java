/**
 * The Pekko Persistence plugin: journal, snapshot store, durable state store and read journal for
 * any Pekko application. The classes here are named in configuration; see {@code reference.conf}
 * under {@code troupe.persistence}.
 */
@NullMarked
package dev.troupe.rocksdb.persistence;

import org.jspecify.annotations.NullMarked;
