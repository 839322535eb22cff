package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;

/** Lists of keys as requests take them. */
final class KeyLists {
  private KeyLists() {}

  /** Divides a list into parts that fit into a request each. */
  static List<List<Key>> parts(List<Key> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    int max = KvRequest.GetAll.KEYS_MAX;
    if (keys.size() <= max) {
      return List.of(keys);
    }
    var parts = new ArrayList<List<Key>>();
    for (int from = 0; from < keys.size(); from += max) {
      parts.add(keys.subList(from, Math.min(keys.size(), from + max)));
    }
    return parts;
  }
}
