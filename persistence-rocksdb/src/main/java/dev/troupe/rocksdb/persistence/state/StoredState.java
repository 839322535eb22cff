package dev.troupe.rocksdb.persistence.state;

import org.jspecify.annotations.Nullable;

/**
 * A durable state as read.
 *
 * @param value null when there is none, or it is deleted
 * @param revision 0 when there never was one
 */
public record StoredState(@Nullable Object value, long revision) {
  static final StoredState NONE = new StoredState(null, 0);
}
