package dev.troupe.range;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of transactions that have their anchor in one range, as the entry that is being
 * applied must see them: with what was put into batches that are not committed yet. The last ones
 * are remembered, so whoever asks for a name that was chosen a moment ago is answered without a
 * look into the store. What is remembered equals what is stored, so it makes no difference which
 * replica remembers what: for the same reason a record older than its name, which nobody honest can
 * ask for, is none whether it is remembered or not.
 *
 * <p>Owned by the range's {@link TxnSteps}.
 */
final class TxnRecords {
  /** So many of the last records are remembered. */
  static final int RECENT_MAX = 1_024;

  /** So many records of transactions that have not ended are remembered. */
  private static final int OPEN_MAX = 4_096;

  private record Id(Key anchor, TxnId txn) {
    /** Names are random: the anchor tells apart only those that somebody has used twice. */
    @Override
    public int hashCode() {
      return txn.hashCode();
    }
  }

  private final StateStore store;
  // The last ones, in the order in which they were written; all that the store does not show yet.
  private final Map<Id, TxnRecord> recent = new LinkedHashMap<>();
  // Those that will be asked for again soon. Nobody removes them but by writing others over them.
  private final Map<Id, TxnRecord> open = new LinkedHashMap<>();
  // Those that the store does not have: true for the next entry.
  private final Set<Id> missing = new HashSet<>();
  // Of the recent ones, how many the store may not show.
  private int hidden;
  // Everything that was written later is among the recent ones.
  private Timestamp forgotten;

  /**
   * Remembers nothing yet.
   *
   * @param clock of the range as of now
   */
  TxnRecords(StateStore store, Timestamp clock) {
    this.store = store;
    this.forgotten = clock;
  }

  /**
   * The record; null when there is none. Blocks unless it was {@link #foresee foreseen}.
   *
   * @param named the name is not older; MIN when that is not known
   * @param horizon records from before may be gone
   */
  @Nullable TxnRecord get(Key anchor, TxnId txn, Timestamp named, Timestamp horizon) {
    Id id = new Id(anchor, txn);
    TxnRecord known = remembered(id);
    if (known == null && !isMissing(id, named)) {
      known = stored(store, anchor, txn, named.max(horizon), ReadMode.MAY_BLOCK);
    }
    return known != null && known.isLaterThan(named) ? known : null;
  }

  private boolean isMissing(Id id, Timestamp named) {
    return named.compareTo(forgotten) >= 0 || missing.contains(id);
  }

  /** Finds out, without waiting, what the next entry will ask; false when that takes the disk. */
  boolean foresee(Key anchor, TxnId txn, Timestamp named, Timestamp horizon) {
    Id id = new Id(anchor, txn);
    if (remembered(id) != null || isMissing(id, named)) {
      return true;
    }
    try {
      if (!hasNone(store, anchor, named.max(horizon))
          || side(store, anchor, txn, ReadMode.CACHE_ONLY) != null) {
        // A repetition, mostly, or a name that nobody knows the age of.
        return false;
      }
    } catch (StateStore.WouldBlock onDisk) {
      return false;
    }
    missing.add(id);
    return true;
  }

  /** Writes a record, as a side record of the anchor. */
  void put(Key anchor, TxnId txn, TxnRecord record, StateStore.Batch batch) {
    batch.putSide(anchor, SideKind.TRANSACTION, idBytes(txn), record.encode());
    remember(anchor, txn, record);
  }

  /** A record was written: as a side record, or as the note of a version. */
  void remember(Key anchor, TxnId txn, TxnRecord record) {
    Id id = new Id(anchor, txn);
    if (recent.put(id, record) != null) {
      // The order is that of the last writes.
      recent.remove(id);
      recent.put(id, record);
    }
    hidden++;
    forgetAllBut(RECENT_MAX);
    if (!record.hasEnded()) {
      open.put(id, record);
      if (open.size() > OPEN_MAX) {
        open.remove(open.keySet().iterator().next());
      }
    } else if (!open.isEmpty()) {
      open.remove(id);
    }
  }

  /** Records have been removed from the store, by the entry that is being applied. */
  void removed(Timestamp now) {
    forgetAllBut(0);
    forgotten = forgotten.max(now);
  }

  /**
   * Anchors came in whose records, written up to a timestamp, are in the store only. They may have
   * been this range's before: what is remembered of that time has been written over since.
   *
   * @param kept the anchors that were this range's all the time
   */
  void tookOver(KeySpan kept, Timestamp clock) {
    recent.keySet().removeIf(id -> !kept.contains(id.anchor()));
    open.keySet().removeIf(id -> !kept.contains(id.anchor()));
    forgotten = forgotten.max(clock);
  }

  private void forgetAllBut(int count) {
    int surplus = recent.size() - Math.max(count, hidden);
    if (surplus <= 0) {
      return;
    }
    Iterator<TxnRecord> oldest = recent.values().iterator();
    for (; surplus > 0; surplus--) {
      forgotten = forgotten.max(oldest.next().written());
      oldest.remove();
    }
  }

  /** The entry has been applied. */
  void endEntry() {
    if (!missing.isEmpty()) {
      missing.clear();
    }
  }

  /** The store shows everything that was put into batches. */
  void visible() {
    hidden = 0;
  }

  private @Nullable TxnRecord remembered(Id id) {
    TxnRecord known = recent.get(id);
    return known == null && !open.isEmpty() ? open.get(id) : known;
  }

  /**
   * The record that somebody asks for, as the store shows it; null when it shows none.
   *
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  static @Nullable TxnRecord read(StateStore store, KvRequest.AskOutcome ask, ReadMode mode) {
    if (mode == ReadMode.CACHE_ONLY) {
      TxnRecord record = side(store, ask.anchor(), ask.txn(), mode);
      if (record != null || hasNone(store, ask.anchor(), ask.named())) {
        return record;
      }
      throw StateStore.WouldBlock.INSTANCE;
    }
    return stored(store, ask.anchor(), ask.txn(), ask.named(), mode);
  }

  /** Whether a key has no version above a timestamp. */
  private static boolean hasNone(StateStore store, Key key, Timestamp after) {
    StateStore.Version newest = store.newest(key, Timestamp.MAX, ReadMode.CACHE_ONLY);
    return newest == null || newest.timestamp().compareTo(after) <= 0;
  }

  /**
   * What the store has; null when it has none.
   *
   * @param after a version of the anchor up to there is none of this transaction
   */
  static @Nullable TxnRecord stored(
      StateStore store, Key anchor, TxnId txn, Timestamp after, ReadMode mode) {
    TxnRecord record = side(store, anchor, txn, mode);
    StateStore.Noted version = store.noted(anchor, after, idBytes(txn));
    // Both when a name was used again by somebody who said that it was new.
    return version == null || (record != null && record.isLaterThan(version.timestamp()))
        ? record
        : TxnRecord.decode(version);
  }

  private static @Nullable TxnRecord side(StateStore store, Key anchor, TxnId txn, ReadMode mode) {
    byte[] stored = store.getSide(anchor, SideKind.TRANSACTION, idBytes(txn), mode);
    return stored == null ? null : TxnRecord.decode(stored);
  }

  static byte[] idBytes(TxnId txn) {
    ByteWriter out = new ByteWriter(TxnId.BYTES);
    TxnCodec.writeId(out, txn);
    return out.toBytes();
  }
}
