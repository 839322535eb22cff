package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a transaction has read, as spans that do not overlap: all that has to be unchanged for it to
 * commit later than it read. Owned by the transaction's coordinator.
 */
final class ReadSet {
  private final TreeMap<Key, Key> spans = new TreeMap<>();

  void add(Key key) {
    Map.Entry<Key, Key> before = spans.floorEntry(key);
    if (before == null || before.getValue().compareTo(key) <= 0) {
      spans.put(key, key.next());
    }
  }

  /** Adds a span; joins it with those that it overlaps or touches. */
  void add(KeySpan span) {
    Key start = span.start();
    Key end = span.end();
    Map.Entry<Key, Key> before = spans.floorEntry(start);
    if (before != null && before.getValue().compareTo(start) >= 0) {
      start = before.getKey();
      end = Key.max(end, before.getValue());
    }
    Map.Entry<Key, Key> next = spans.ceilingEntry(start);
    while (next != null && next.getKey().compareTo(end) <= 0) {
      end = Key.max(end, next.getValue());
      spans.remove(next.getKey());
      next = spans.ceilingEntry(start);
    }
    spans.put(start, end);
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  int size() {
    return spans.size();
  }

  /** In order; without single keys of which a condition holds. */
  List<KeySpan> except(Predicate<Key> covered) {
    var list = new ArrayList<KeySpan>(spans.size());
    spans.forEach(
        (start, end) -> {
          KeySpan span = new KeySpan(start, end);
          if (!span.isOneKey() || !covered.test(start)) {
            list.add(span);
          }
        });
    return list;
  }

  /** In order. */
  List<KeySpan> all() {
    return except(key -> false);
  }

  /** Whether a key was read by itself or in a span. */
  boolean contains(Key key) {
    Map.Entry<Key, Key> before = spans.floorEntry(key);
    return before != null && key.compareTo(before.getValue()) < 0;
  }
}
