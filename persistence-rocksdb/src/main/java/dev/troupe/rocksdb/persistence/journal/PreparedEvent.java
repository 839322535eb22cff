package dev.troupe.rocksdb.persistence.journal;

import java.util.List;

/**
 * A serialized event on its way to the writer, which alone knows its offset.
 *
 * @param frame of {@link StoredEvent#encode}, not sealed yet
 */
record PreparedEvent(EventPosition position, byte[] key, byte[] frame, List<String> tags) {
  private static final int INDEX_BYTES = 48;

  static PreparedEvent of(EventPosition position, StoredEvent event) {
    return new PreparedEvent(position, EventKeys.event(position), event.encode(), event.tags());
  }

  int sizeBytes() {
    int index = INDEX_BYTES + key.length;
    return key.length + frame.length + (1 + tags.size()) * index;
  }
}
