package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A node's memory of the catalog. Any thread.
 *
 * <p>Each transaction reads the catalog's version as its first key, or relies on a promise that it
 * does not change ({@link CatalogLeases}). The read is validated when it commits, as every read is:
 * so a transaction commits only if the catalog did not change between its start and its commit, and
 * whatever is committed by way of a cached description agrees with the version that was in force at
 * that moment, on whichever node. Nothing depends on clocks, and a process that was stopped for an
 * hour does no harm. What is remembered here is therefore never checked otherwise: descriptions of
 * one version never change.
 */
public final class CatalogStore {
  /** A node that is further behind reads everything again. */
  private static final int CHANGES_FOLLOWED_MAX = 64;

  /** Reads of the past may want older versions than the newest. */
  private static final int VERSIONS_KEPT_MAX = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, CatalogSnapshot> kept = new LinkedHashMap<>();
  private volatile CatalogSnapshot newest = CatalogSnapshot.INITIAL;
  private final StatisticsStore statistics = new StatisticsStore();

  private final CatalogLeases leases;

  /** Of a node that takes leases. */
  public CatalogStore(CatalogLeases leases) {
    this.leases = leases;
  }

  /** Of somebody who is alone with the catalog. */
  public CatalogStore() {
    this(CatalogLeases.none());
  }

  CatalogLeases leases() {
    return leases;
  }

  /** The catalog as a transaction sees it that has not changed it. */
  CatalogSnapshot read(KvTransaction transaction, Lock locking) {
    OptionalLong promised = locking == Lock.NONE ? leases.rely(transaction) : OptionalLong.empty();
    long version = promised.isPresent() ? promised.getAsLong() : version(transaction, locking);
    CatalogSnapshot last = newest;
    if (last.version() == version) {
      return last;
    }
    CatalogSnapshot known = remembered(version);
    if (known != null) {
      return known;
    }
    CatalogSnapshot loaded = follow(transaction, last, version);
    if (loaded == null) {
      loaded = CatalogSnapshot.of(version, readAll(transaction));
    }
    remember(loaded);
    return loaded;
  }

  /** What is known of the content of tables. */
  public StatisticsStore statistics() {
    return statistics;
  }

  /** Whether the newest catalog that this node has seen has an index that is being built. */
  public boolean knowsUnfinished() {
    return newest.relations().stream()
        .anyMatch(
            relation ->
                relation instanceof TableDescriptor table
                    && table.indexes().stream()
                        .anyMatch(index -> index.state() != ElementState.PUBLIC));
  }

  static long version(KvTransaction transaction, Lock locking) {
    return version(transaction.get(CatalogKeys.VERSION, locking));
  }

  /** Where the version in force is. It only ever rises. */
  public static Key versionKey() {
    return CatalogKeys.VERSION;
  }

  /** The version that the value of {@link #versionKey} names. */
  public static long version(byte @Nullable [] value) {
    return value == null ? 0 : new ByteReader(value).readLong();
  }

  /**
   * The highest version that this node has seen: the one in force may be a later one, and never is
   * an earlier one.
   */
  public long newestVersion() {
    return newest.version();
  }

  CatalogSnapshot newest() {
    return newest;
  }

  /** The record of a version's changes. */
  static byte[] encodeChange(Collection<Key> changed) {
    ByteWriter out = new ByteWriter(64);
    RecordFields.putList(out, List.copyOf(changed), (to, key) -> to.putBytes(key.bytes()));
    return out.toBytes();
  }

  private @Nullable CatalogSnapshot remembered(long version) {
    lock.lock();
    try {
      return kept.get(version);
    } finally {
      lock.unlock();
    }
  }

  private void remember(CatalogSnapshot snapshot) {
    lock.lock();
    try {
      kept.put(snapshot.version(), snapshot);
      if (kept.size() > VERSIONS_KEPT_MAX) {
        kept.remove(kept.keySet().iterator().next());
      }
      if (snapshot.version() > newest.version()) {
        newest = snapshot;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Reads what changed since; null when that is too much, too long ago or in the future. */
  private static @Nullable CatalogSnapshot follow(
      KvTransaction transaction, CatalogSnapshot from, long version) {
    long behind = version - from.version();
    if (behind < 0 || behind > CHANGES_FOLLOWED_MAX || from.version() == 0) {
      return null;
    }
    List<Key> changes = new ArrayList<>();
    for (long each = from.version() + 1; each <= version; each++) {
      changes.add(CatalogKeys.change(each));
    }
    Set<Key> changed = new LinkedHashSet<>();
    for (byte[] change : transaction.getAll(changes, Lock.NONE)) {
      if (change == null) {
        return null;
      }
      changed.addAll(RecordFields.readList(new ByteReader(change), in -> Key.wrap(in.readBytes())));
    }
    List<Key> keys = List.copyOf(changed);
    List<byte @Nullable []> values = transaction.getAll(keys, Lock.NONE);
    Map<Key, @Nullable CatalogEntry> entries = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      entries.put(keys.get(i), value == null ? null : EntryCodec.decode(value));
    }
    return from.with(version, entries);
  }

  private static List<CatalogEntry> readAll(KvTransaction transaction) {
    List<CatalogEntry> entries = new ArrayList<>();
    try (KvCursor cursor = transaction.scan(CatalogKeys.ENTRIES, false, false, 0, Lock.NONE)) {
      for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
        page.forEach(row -> entries.add(EntryCodec.decode(row.value())));
      }
    }
    return entries;
  }
}
