package dev.troupe.loadgen.testkit;

import com.google.protobuf.ByteString;
import dev.troupe.v1.ExecuteResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All versions of all keys, what became of each transaction, and row locks. Strictly serializable
 * by one monitor: a transaction reads as of its begin and commits when nothing that it has read has
 * been written since. Shared by the nodes of a test.
 */
public final class TxnStore {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  /** What a server can do wrong. */
  public enum Lie {
    NONE,
    /** Only writes of the same key are in each other's way: snapshot isolation. */
    SNAPSHOT_ONLY,
    /** Nothing is in anybody's way. */
    NO_VALIDATION,
    /** Transactions that only read do so in the past. */
    STALE_READS,
    /** Each key is read as of another moment. */
    READS_OF_DIFFERENT_MOMENTS,
    /** Some commits are acknowledged and forgotten. */
    DROPPED_COMMITS,
    /** Some commits are carried out and said to be in conflict. */
    APPLIED_BUT_FAILED
  }

  private static final int STALE_BY = 20;
  private static final int EVERY = 20;

  /** What became of a transaction; version 0 for aborted. */
  record Ended(long version) {}

  private final TreeMap<ByteString, TreeMap<Long, ByteString>> rows = new TreeMap<>(ORDER);
  private final Set<Versioned> removed = new HashSet<>();
  private final Map<ByteString, Ended> ended = new HashMap<>();
  private final Map<ByteString, ExecuteResponse> executed = new HashMap<>();
  private final Map<ByteString, ByteString> lockOwners = new HashMap<>();
  private long version;
  private volatile Lie lie = Lie.NONE;

  private record Versioned(ByteString key, long version) {}

  /** A span that has been read; the end is exclusive and empty for none. */
  record Span(ByteString start, ByteString end) {
    static Span of(ByteString key) {
      return new Span(key, key.concat(ByteString.copyFrom(new byte[1])));
    }

    boolean contains(ByteString key) {
      return ORDER.compare(start, key) <= 0 && (end.isEmpty() || ORDER.compare(key, end) < 0);
    }
  }

  public void lie(Lie wanted) {
    lie = wanted;
  }

  /** As of when a transaction reads that begins now. */
  synchronized long readVersion() {
    return lie == Lie.STALE_READS ? Math.max(0, version - STALE_BY) : version;
  }

  synchronized long version() {
    return version;
  }

  /** The value as of a version; null when there was none. */
  synchronized @Nullable ByteString read(ByteString key, long at) {
    TreeMap<Long, ByteString> versions = rows.get(key);
    boolean lying = lie == Lie.READS_OF_DIFFERENT_MOMENTS;
    long moment = lying ? at - Math.floorMod(key.hashCode() + version, STALE_BY) : at;
    Map.Entry<Long, ByteString> found = versions == null ? null : versions.floorEntry(moment);
    boolean gone = found == null || removed.contains(new Versioned(key, found.getKey()));
    return gone ? null : found.getValue();
  }

  /** The newest value, for assertions. */
  public @Nullable ByteString read(ByteString key) {
    return read(key, Long.MAX_VALUE);
  }

  synchronized NavigableMap<ByteString, ByteString> scan(Span span, long at) {
    NavigableMap<ByteString, ByteString> found = new TreeMap<>(ORDER);
    for (ByteString key : rows.tailMap(span.start()).keySet()) {
      if (!span.contains(key)) {
        break;
      }
      ByteString value = read(key, at);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  /** Commits, unless something of what was read has changed; a null value removes the key. */
  synchronized @Nullable Ended commit(
      ByteString id, long readAt, List<Span> reads, Map<ByteString, @Nullable ByteString> writes) {
    Ended known = ended.get(id);
    if (known != null) {
      return known;
    }
    for (Span span : checked(reads, writes)) {
      for (ByteString key : rows.tailMap(span.start()).keySet()) {
        if (!span.contains(key)) {
          break;
        }
        if (rows.get(key).lastKey() > readAt) {
          ended.put(id, new Ended(0));
          return null;
        }
      }
    }
    version++;
    if (lie == Lie.DROPPED_COMMITS && version % EVERY == 0) {
      return new Ended(version);
    }
    Ended result = apply(id, writes);
    return lie == Lie.APPLIED_BUT_FAILED && version % EVERY == 0 ? null : result;
  }

  private List<Span> checked(List<Span> reads, Map<ByteString, @Nullable ByteString> writes) {
    return switch (lie) {
      case NONE, DROPPED_COMMITS, APPLIED_BUT_FAILED -> reads;
      case SNAPSHOT_ONLY -> writes.keySet().stream().map(Span::of).toList();
      case STALE_READS -> writes.isEmpty() ? List.of() : reads;
      case NO_VALIDATION, READS_OF_DIFFERENT_MOMENTS -> List.of();
    };
  }

  private Ended apply(ByteString id, Map<ByteString, @Nullable ByteString> writes) {
    writes.forEach(
        (key, value) -> {
          rows.computeIfAbsent(key, k -> new TreeMap<>())
              .put(version, value == null ? ByteString.EMPTY : value);
          if (value == null) {
            removed.add(new Versioned(key, version));
          }
        });
    Ended result = new Ended(version);
    if (!writes.isEmpty()) {
      ended.put(id, result);
    }
    return result;
  }

  /** Runs something as one step that nothing comes between, once per id. */
  synchronized ExecuteResponse once(
      ByteString id, java.util.function.Supplier<ExecuteResponse> step) {
    ExecuteResponse before = executed.get(id);
    if (before != null) {
      return before;
    }
    ExecuteResponse response = step.get();
    executed.put(id, response);
    return response;
  }

  synchronized void abort(ByteString id) {
    ended.putIfAbsent(id, new Ended(0));
  }

  synchronized @Nullable Ended ended(ByteString id) {
    return ended.get(id);
  }

  /** Locks a row, waiting for its owner when asked to. */
  synchronized boolean lock(ByteString key, ByteString owner, long waitMillis) {
    long end = System.nanoTime() + waitMillis * 1_000_000;
    while (!lockOwners.getOrDefault(key, owner).equals(owner)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    lockOwners.put(key, owner);
    return true;
  }

  synchronized void unlock(ByteString owner) {
    lockOwners.values().removeIf(owner::equals);
    notifyAll();
  }

  /** Rows that are locked now. */
  public synchronized int locks() {
    return lockOwners.size();
  }

  /** How often each key was written. */
  public synchronized List<Integer> writesPerKey() {
    List<Integer> counts = new ArrayList<>();
    rows.values().forEach(versions -> counts.add(versions.size()));
    return counts;
  }
}
