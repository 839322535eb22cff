package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction changes in the catalog. Everything is written through the transaction at once,
 * so that it is committed and undone with it; the first change takes the catalog's version, and so
 * others that change the catalog wait or fail.
 */
final class CatalogChanges {
  /** OIDs below are those of built-in things. */
  static final long FIRST_ID = 16384;

  /** Records of changes that are older than this are of no use to anybody who is running. */
  private static final int CHANGES_KEPT = 1000;

  private final KvTransaction transaction;
  private final CatalogLeases leases;
  private final CatalogSnapshot base;
  private State state;

  /**
   * What a savepoint brings back.
   *
   * @param changed keys of entries that were written or deleted
   * @param versionTaken whether the next version is this transaction's
   */
  record State(CatalogSnapshot current, Set<Key> changed, boolean versionTaken) {}

  CatalogChanges(KvTransaction transaction, CatalogLeases leases, CatalogSnapshot base) {
    this.transaction = transaction;
    this.leases = leases;
    this.base = base;
    this.state = new State(base, Set.of(), false);
  }

  CatalogSnapshot current() {
    return state.current();
  }

  State state() {
    return state;
  }

  void restore(State earlier) {
    state = earlier;
  }

  /** An OID that nothing has, ever had, or will have when this transaction commits. */
  long nextId() {
    takeVersion();
    byte[] bytes = transaction.get(CatalogKeys.NEXT_ID, Lock.WAIT);
    long id = bytes == null ? FIRST_ID : new ByteReader(bytes).readLong();
    transaction.put(CatalogKeys.NEXT_ID, new ByteWriter(8).putLong(id + 1).toBytes());
    return id;
  }

  void put(CatalogEntry... entries) {
    putAll(List.of(entries));
  }

  void putAll(Collection<? extends CatalogEntry> entries) {
    Map<Key, @Nullable CatalogEntry> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.put(entry.key(), entry));
    apply(map);
  }

  void remove(Collection<Key> keys) {
    Map<Key, @Nullable CatalogEntry> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key, null));
    apply(map);
  }

  /** Remembers data that nobody can reach any more once this transaction has committed. */
  void leaveGarbage(KeySpan span) {
    transaction.put(CatalogKeys.garbage(span), Garbage.value(span, 0));
  }

  /** Carries out changes of any kind together; null stands for an entry that goes. */
  void apply(Map<Key, @Nullable CatalogEntry> changes) {
    if (changes.isEmpty()) {
      return;
    }
    takeVersion();
    Map<Key, @Nullable CatalogEntry> all = new HashMap<>(changes);
    if (base.version() == 0 && state.changed().isEmpty()) {
      for (CatalogEntry entry : base.entries()) {
        if (!all.containsKey(entry.key())) {
          all.put(entry.key(), entry);
        }
      }
    }
    all.forEach(this::write);
    Set<Key> changed = new LinkedHashSet<>(state.changed());
    changed.addAll(all.keySet());
    transaction.put(CatalogKeys.change(base.version() + 1), CatalogStore.encodeChange(changed));
    CatalogSnapshot next = state.current().with(SchemaCatalog.nextOwnVersion(), all);
    state = new State(next, changed, true);
  }

  private void write(Key key, @Nullable CatalogEntry entry) {
    if (entry == null) {
      transaction.delete(key);
      return;
    }
    byte[] bytes = EntryCodec.encode(entry);
    Invariant.check(
        EntryCodec.decode(bytes).equals(entry), "entry %s is not read as it was written", key);
    transaction.put(key, bytes);
  }

  /** Makes the version of this transaction the next one; of several who want to, one at a time. */
  private void takeVersion() {
    if (state.versionTaken()) {
      return;
    }
    if (CatalogStore.version(transaction, Lock.WAIT) != base.version()) {
      throw conflict();
    }
    transaction.relyOn(null);
    leases.endAll(transaction);
    long next = base.version() + 1;
    transaction.put(CatalogKeys.VERSION, new ByteWriter(8).putLong(next).toBytes());
    if (next > CHANGES_KEPT) {
      transaction.delete(CatalogKeys.change(next - CHANGES_KEPT));
    }
    state = new State(state.current(), state.changed(), true);
  }

  private static SqlException conflict() {
    return new SqlException(
            SqlState.SERIALIZATION_FAILURE,
            "could not serialize access due to concurrent change of the schema")
        .withHint("The transaction might succeed if retried.");
  }
}
