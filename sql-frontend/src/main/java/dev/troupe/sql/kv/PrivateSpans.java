package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that fills spans of keys which nobody else can know of before it commits: a table
 * or an index that it has made itself. What belongs there is written by many small transactions at
 * once instead of being kept to the end, so its size has no limit. Whoever opens such a span has
 * left word that it is garbage unless this transaction commits. Not for several threads at once.
 */
public final class PrivateSpans implements KvTransaction {
  /** So much is written by one small transaction, in one log entry where it lies in one range. */
  private static final long BATCH_BYTES = 512 << 10;

  private static final int BYTES_PER_WRITE = 64;

  private final KvTransaction main;
  private final Supplier<KvTransaction> side;
  private final List<KeySpan> spans = new ArrayList<>();
  private final Map<Key, byte @Nullable []> pending = new TreeMap<>();
  private long pendingBytes;
  private long sideRoundTrips;
  private long sideWrites;
  private int savepoints;

  /**
   * Wraps a transaction.
   *
   * @param side begins another transaction
   */
  public PrivateSpans(KvTransaction main, Supplier<KvTransaction> side) {
    this.main = main;
    this.side = side;
  }

  /** From now on keys of the span are written at once. */
  public void add(KeySpan span) {
    spans.add(span);
  }

  /** Whether that has been said before. */
  public boolean has(KeySpan span) {
    return spans.contains(span);
  }

  private boolean isPrivate(Key key) {
    for (KeySpan span : spans) {
      if (span.contains(key)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    if (!isPrivate(key)) {
      return main.get(key, lock);
    }
    return pending.containsKey(key) ? pending.get(key) : readAside(List.of(key)).getFirst();
  }

  @Override
  public List<byte @Nullable []> getAll(List<Key> keys, Lock lock) {
    boolean anyPrivate = false;
    for (Key key : keys) {
      anyPrivate |= isPrivate(key);
    }
    if (!anyPrivate) {
      return main.getAll(keys, lock);
    }
    var asked = new ArrayList<Key>();
    var open = new ArrayList<Key>();
    for (Key key : keys) {
      if (!isPrivate(key)) {
        open.add(key);
      } else if (!pending.containsKey(key)) {
        asked.add(key);
      }
    }
    List<byte @Nullable []> aside = readAside(asked);
    List<byte @Nullable []> others = open.isEmpty() ? List.of() : main.getAll(open, lock);
    var values = new ArrayList<byte @Nullable []>(keys.size());
    int nextAside = 0;
    int nextOther = 0;
    for (Key key : keys) {
      if (!isPrivate(key)) {
        values.add(others.get(nextOther++));
      } else if (pending.containsKey(key)) {
        values.add(pending.get(key));
      } else {
        values.add(aside.get(nextAside++));
      }
    }
    return values;
  }

  private List<byte @Nullable []> readAside(List<Key> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    sideRoundTrips++;
    KvTransaction read = side.get();
    try {
      return read.getAll(keys, Lock.NONE);
    } finally {
      read.rollback();
    }
  }

  @Override
  public KvCursor scan(KvScan scan) {
    for (KeySpan each : spans) {
      if (each.contains(scan.span())) {
        flush();
        return scanAside(scan);
      }
    }
    return main.scan(scan);
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return main.borders(span, max);
  }

  private KvCursor scanAside(KvScan scan) {
    sideRoundTrips++;
    KvTransaction read = side.get();
    // Nobody else knows of these rows: they need no lock.
    KvCursor cursor =
        read.scan(
            new KvScan(
                scan.span(),
                scan.reverse(),
                scan.keysOnly(),
                scan.limit(),
                Lock.NONE,
                scan.program()));
    return new KvCursor() {
      @Override
      public void begin() {
        cursor.begin();
      }

      @Override
      public @Nullable KvPage nextPage() {
        return cursor.nextPage();
      }

      @Override
      public void close() {
        cursor.close();
        read.rollback();
      }
    };
  }

  @Override
  public void put(Key key, byte[] value) {
    if (isPrivate(key)) {
      write(key, value);
    } else {
      main.put(key, value);
    }
  }

  @Override
  public void delete(Key key) {
    if (isPrivate(key)) {
      write(key, null);
    } else {
      main.delete(key);
    }
  }

  private void write(Key key, byte @Nullable [] value) {
    if (savepoints > 0) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED,
              "a table that was filled in bulk cannot be changed behind a savepoint of the same"
                  + " transaction")
          .withHint("Commit first, or release the savepoint.");
    }
    pending.put(key, value);
    pendingBytes += key.length() + (value == null ? 0 : value.length) + BYTES_PER_WRITE;
    if (pendingBytes >= BATCH_BYTES) {
      flush();
    }
  }

  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    KvTransaction batch = side.get();
    try {
      pending.forEach(
          (key, value) -> {
            if (value == null) {
              batch.delete(key);
            } else {
              batch.put(key, value);
            }
          });
      batch.commit();
    } finally {
      batch.rollback();
    }
    sideRoundTrips++;
    sideWrites += pending.size();
    pending.clear();
    pendingBytes = 0;
  }

  @Override
  public void savepoint(String name) {
    savepoints++;
    main.savepoint(name);
  }

  @Override
  public void rollbackTo(String name) {
    main.rollbackTo(name);
  }

  @Override
  public void release(String name) {
    savepoints = Math.max(0, savepoints - 1);
    main.release(name);
  }

  @Override
  public @Nullable Timestamp readsAt(Timestamp bound, @Nullable Key otherwise) {
    return main.readsAt(bound, otherwise);
  }

  @Override
  public void relyOn(@Nullable Reliance promise) {
    main.relyOn(promise);
  }

  @Override
  public boolean awaits(CompletableFuture<?> event, Duration atMost) {
    return main.awaits(event, atMost);
  }

  @Override
  public Timestamp commit() {
    flush();
    return main.commit();
  }

  @Override
  public void rollback() {
    pending.clear();
    main.rollback();
  }

  @Override
  public Counts counts() {
    Counts counts = main.counts();
    return new Counts(
        counts.roundTrips() + sideRoundTrips,
        counts.rows(),
        counts.bytes(),
        counts.writes() + sideWrites,
        counts.looked());
  }
}
