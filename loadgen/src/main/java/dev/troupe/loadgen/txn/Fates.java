package dev.troupe.loadgen.txn;

import dev.troupe.loadgen.txn.Step.Fate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What became of every value that was ever written, no two of one key being equal. A value under
 * way counts as of unknown fate. Any thread.
 */
final class Fates {
  private final Map<Long, Map<Long, Fate>> fates = new ConcurrentHashMap<>();
  private final Map<Long, AtomicLong> lastValues = new ConcurrentHashMap<>();

  /** A value for this key that was never used before, from 1 on. */
  long newValue(long key) {
    long value = lastValues.computeIfAbsent(key, k -> new AtomicLong()).incrementAndGet();
    of(key).put(value, Fate.UNKNOWN);
    return value;
  }

  void settle(long key, long value, Fate fate) {
    of(key).put(value, fate);
  }

  /** Null for a value that nobody has ever sent. */
  @Nullable Fate fate(long key, long value) {
    return of(key).get(value);
  }

  Set<Long> keys() {
    return fates.keySet();
  }

  /** The values of a key that are known to be written. */
  Set<Long> written(long key) {
    return of(key).entrySet().stream()
        .filter(entry -> entry.getValue() == Fate.OK)
        .map(Map.Entry::getKey)
        .collect(java.util.stream.Collectors.toSet());
  }

  private Map<Long, Fate> of(long key) {
    return fates.computeIfAbsent(key, k -> new ConcurrentHashMap<>());
  }
}
