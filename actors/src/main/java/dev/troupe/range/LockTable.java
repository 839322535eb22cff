package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a range, in memory: they are few and live for milliseconds. A copy of what is stored
 * beside the keys.
 *
 * <p>Changed by whoever applies the range's entries, read by any thread. A lock is seen here no
 * later than its entry's effects, and until the versions that it was turned into are visible: so
 * nobody can miss both.
 */
public final class LockTable {
  private final ConcurrentNavigableMap<Key, Lock> locks = new ConcurrentSkipListMap<>();
  // Spares the hot path the look into an empty map, and tells that something was released.
  private volatile int size;
  private volatile long releases;

  /** Whether there is nothing to be looked up. */
  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  public @Nullable Lock get(Key key) {
    return size == 0 ? null : locks.get(key);
  }

  /** The locks of a span in order, as they come and go. */
  Collection<Lock> within(KeySpan span) {
    return locks.subMap(span.start(), span.end()).values();
  }

  Collection<Lock> all() {
    return locks.values();
  }

  /** What a transaction has locked, in order, as locks come and go. */
  public List<Key> keysOf(TxnId txn) {
    var keys = new ArrayList<Key>();
    for (Lock lock : locks.values()) {
      if (lock.txn().equals(txn)) {
        keys.add(lock.key());
      }
    }
    return keys;
  }

  /**
   * The first lock that a reader of a span must not pass.
   *
   * @param at when it reads
   * @param own whose locks are passed; null for none
   */
  @Nullable Lock inTheWay(KeySpan span, Timestamp at, @Nullable TxnId own) {
    if (size == 0) {
      return null;
    }
    if (span.isOneKey()) {
      Lock lock = locks.get(span.start());
      return lock != null && isInTheWay(lock, at, own) ? lock : null;
    }
    for (Lock lock : within(span)) {
      if (isInTheWay(lock, at, own)) {
        return lock;
      }
    }
    return null;
  }

  private static boolean isInTheWay(Lock lock, Timestamp at, @Nullable TxnId own) {
    return lock.bound().compareTo(at) <= 0 && !lock.txn().equals(own);
  }

  /** Rises with every lock that goes. */
  long releases() {
    return releases;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
  void put(Lock lock) {
    if (locks.put(lock.key(), lock) == null) {
      size++;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
  void remove(Lock lock) {
    if (locks.remove(lock.key(), lock)) {
      size--;
      releases++;
    }
  }
}
