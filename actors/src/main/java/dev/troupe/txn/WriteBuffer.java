package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written and not committed, with its savepoints. Owned by the transaction's
 * coordinator.
 */
final class WriteBuffer {
  /** Rough size of what the buffer keeps about a key beside its bytes. */
  private static final int OVERHEAD_BYTES = 128;

  /** What a key held here before it was written again; null when nothing. */
  private record Undo(Key key, @Nullable Optional<byte[]> before) {}

  private record Savepoint(String name, int undone, @Nullable Key first) {}

  // An empty optional is a deletion.
  private final TreeMap<Key, Optional<byte[]>> changes = new TreeMap<>();
  private final List<Undo> undo = new ArrayList<>();
  private final List<Savepoint> savepoints = new ArrayList<>();
  private @Nullable Key first;
  private long bytes;

  /**
   * Writes a key.
   *
   * @param value null to delete it
   * @return bytes by which the buffer grew
   */
  long write(Key key, byte @Nullable [] value) {
    if (first == null) {
      first = key;
    }
    Optional<byte[]> before = changes.put(key, Optional.ofNullable(value));
    long grown = (long) OVERHEAD_BYTES + key.length() + (value == null ? 0 : value.length);
    if (!savepoints.isEmpty()) {
      undo.add(new Undo(key, before));
    } else if (before != null) {
      grown -= sizeOf(key, before);
    }
    bytes += grown;
    return grown;
  }

  private static long sizeOf(Key key, Optional<byte[]> value) {
    return (long) OVERHEAD_BYTES + key.length() + value.map(b -> b.length).orElse(0);
  }

  /** What the key is to hold: empty when it is to be deleted, null when it was not written. */
  @Nullable Optional<byte[]> get(Key key) {
    return changes.get(key);
  }

  NavigableMap<Key, Optional<byte[]>> within(KeySpan span) {
    return changes.subMap(span.start(), true, span.end(), false);
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  /** The key written first that is still to be written, which anchors the transaction. */
  Key anchor() {
    return first != null && changes.containsKey(first) ? first : changes.firstKey();
  }

  /** Bytes that the buffer takes, roughly. */
  long bytes() {
    return bytes;
  }

  /** In order of keys. */
  List<KvRequest.Change> changes() {
    var list = new ArrayList<KvRequest.Change>(changes.size());
    changes.forEach((key, value) -> list.add(new KvRequest.Change(key, value.orElse(null))));
    return list;
  }

  void savepoint(String name) {
    savepoints.add(new Savepoint(name, undo.size(), first));
  }

  int savepoints() {
    return savepoints.size();
  }

  /** Undoes what was written since the savepoint; false when there is none of that name. */
  boolean rollbackTo(String name) {
    int index = find(name);
    if (index < 0) {
      return false;
    }
    savepoints.subList(index + 1, savepoints.size()).clear();
    Savepoint savepoint = savepoints.getLast();
    while (undo.size() > savepoint.undone()) {
      Undo last = undo.removeLast();
      if (last.before() == null) {
        changes.remove(last.key());
      } else {
        changes.put(last.key(), last.before());
      }
    }
    first = savepoint.first();
    return true;
  }

  /** Forgets the savepoint and those after it; false when there is none of that name. */
  boolean release(String name) {
    int index = find(name);
    if (index < 0) {
      return false;
    }
    savepoints.subList(index, savepoints.size()).clear();
    if (savepoints.isEmpty()) {
      undo.clear();
    }
    return true;
  }

  private int find(String name) {
    for (int i = savepoints.size() - 1; i >= 0; i--) {
      if (savepoints.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
