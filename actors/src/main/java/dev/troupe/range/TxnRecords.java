package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of transactions that have their anchor in one range, as the entry that is being
 * applied must see them: with what was put into batches that are not committed yet. What is
 * remembered here equals what is stored, so that it makes no difference which replica remembers
 * what.
 *
 * <p>Owned by the range's {@link TxnSteps}.
 */
final class TxnRecords {
  /** So many records of transactions that have not ended are remembered. */
  private static final int OPEN_MAX = 4_096;

  private record Id(Key anchor, TxnId txn) {}

  private final StateStore store;
  // Those that the store does not show yet, or did not until a moment ago.
  private final Map<Id, TxnRecord> written = new HashMap<>();
  // Those that will be asked for again soon. Nobody removes them but by writing others over them.
  private final Map<Id, TxnRecord> open = new LinkedHashMap<>();
  // Those that the store does not have: true for the next entry.
  private final Set<Id> missing = new HashSet<>();

  TxnRecords(StateStore store) {
    this.store = store;
  }

  /** The record; null when there is none. Blocks unless it was {@link #foresee foreseen}. */
  @Nullable TxnRecord get(Key anchor, TxnId txn) {
    Id id = new Id(anchor, txn);
    TxnRecord known = remembered(id);
    return known != null || missing.contains(id) ? known : stored(id, ReadMode.MAY_BLOCK);
  }

  /** Finds out, without waiting, what the next entry will ask; false when that takes the disk. */
  boolean foresee(Key anchor, TxnId txn) {
    Id id = new Id(anchor, txn);
    if (remembered(id) != null || missing.contains(id)) {
      return true;
    }
    try {
      if (stored(id, ReadMode.CACHE_ONLY) != null) {
        // A repetition, mostly: rare enough to be looked up again by who may wait.
        return false;
      }
    } catch (StateStore.WouldBlock onDisk) {
      return false;
    }
    missing.add(id);
    return true;
  }

  void put(Key anchor, TxnId txn, TxnRecord record, StateStore.Batch batch) {
    batch.putSide(anchor, SideKind.TRANSACTION, TxnSteps.idBytes(txn), record.encode());
    Id id = new Id(anchor, txn);
    written.put(id, record);
    if (record.hasEnded()) {
      open.remove(id);
    } else {
      open.put(id, record);
      if (open.size() > OPEN_MAX) {
        open.remove(open.keySet().iterator().next());
      }
    }
  }

  /** The entry has been applied. */
  void endEntry() {
    missing.clear();
  }

  /** The store shows everything that was put into batches. */
  void visible() {
    written.clear();
  }

  private @Nullable TxnRecord remembered(Id id) {
    TxnRecord known = written.get(id);
    return known == null ? open.get(id) : known;
  }

  private @Nullable TxnRecord stored(Id id, ReadMode mode) {
    byte[] stored =
        store.getSide(id.anchor(), SideKind.TRANSACTION, TxnSteps.idBytes(id.txn()), mode);
    return stored == null ? null : TxnRecord.decode(stored);
  }
}
