package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of transactions do to the state of one range: two-phase commit with a replicated
 * decision (Gray and Lamport, "Consensus on Transaction Commit", section 4, with one acceptor group
 * to a participant), on versions and locks as in Percolator (Peng and Dabek, OSDI 2010, section
 * 2.2), except that the outcome lies in a record of its own and not in a lock. Deterministic, and
 * each step idempotent: a step that was lost or answered too late is simply sent again.
 *
 * <p>Owned by the range's {@link RangeStateMachine}.
 */
final class TxnSteps {
  private static final byte[] NO_ID = {};

  private final StateStore store;
  private final LockTable locks;
  private final RecentWrites recent;
  private final TxnRecords records;

  // Locks whose versions are not visible yet: gone for those who apply, there for readers.
  private final Map<Key, Lock> going = new HashMap<>();
  // Whether the store shows all entries before the one that is being applied.
  private boolean storeShowsAll;

  /**
   * Goes on from what is stored.
   *
   * @param clock of the range as of now
   */
  TxnSteps(StateStore store, LockTable locks, RecentWrites recent, Timestamp clock) {
    this.store = store;
    this.locks = locks;
    this.recent = recent;
    this.records = new TxnRecords(store, clock);
  }

  /** The state store has everything that was put into batches: readers need the locks no more. */
  void visible() {
    records.visible();
    if (!going.isEmpty()) {
      going.values().forEach(locks::remove);
      going.clear();
    }
  }

  /** Forgets the locks outside of a span. */
  void keepLocks(KeySpan span) {
    for (Lock lock : locks.all()) {
      if (!span.contains(lock.key())) {
        locks.remove(lock);
        going.remove(lock.key());
      }
    }
  }

  /**
   * Keys of another range come in.
   *
   * @param kept what was this range's before
   * @param clock of the other range
   */
  void tookOver(LockTable other, KeySpan kept, Timestamp clock) {
    other.all().forEach(locks::put);
    records.tookOver(kept, clock);
    recent.tookOver(clock);
  }

  /**
   * Whether a step must find all entries before its own in the store; otherwise it goes by what is
   * remembered. To be asked before its entry begins.
   *
   * @param clock of the range as of then
   */
  boolean asks(KvRequest.TxnStep step, Timestamp clock) {
    return switch (step) {
      case KvRequest.CommitOnePhase s -> !areUnchanged(s.reads(), s.readAt(), clock);
      case KvRequest.Prepare s ->
          !areUnchanged(s.reads(), s.readAt(), clock) || isAnyGoing(s.changes());
      case KvRequest.Decide s -> false;
      case KvRequest.Abort s -> false;
      case KvRequest.Resolve s -> false;
      case KvRequest.Finish s -> false;
    };
  }

  private boolean areUnchanged(List<KeySpan> reads, Timestamp since, Timestamp clock) {
    for (KeySpan span : reads) {
      if (!recent.isUnchanged(span, since, clock)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a replica that commits its batches at other places may know less of these locks. */
  private boolean isAnyGoing(List<KvRequest.Change> changes) {
    return !going.isEmpty() && changes.stream().anyMatch(change -> going.containsKey(change.key()));
  }

  /** Finds out which records a step of the next entry will meet; false when that takes the disk. */
  boolean foresee(KvRequest.TxnStep step, Timestamp horizon) {
    return switch (step) {
      case KvRequest.CommitOnePhase s ->
          records.foresee(s.anchor(), s.request(), s.named(), horizon);
      case KvRequest.Prepare s ->
          !s.record() || records.foresee(s.anchor(), s.txn(), s.named(), horizon);
      case KvRequest.Decide s ->
          records.foresee(s.anchor(), s.txn(), s.named(), horizon)
              && records.foresee(s.anchor(), s.request(), s.named(), horizon);
      case KvRequest.Abort s -> records.foresee(s.anchor(), s.txn(), s.named(), horizon);
      case KvRequest.Finish s -> records.foresee(s.anchor(), s.txn(), Timestamp.MIN, horizon);
      case KvRequest.Resolve s -> true;
    };
  }

  /**
   * Another entry begins.
   *
   * @param showsAll whether the store shows all before it, as it must when a step {@link #asks}
   */
  void beginEntry(boolean showsAll) {
    storeShowsAll = showsAll;
  }

  void endEntry() {
    records.endEntry();
  }

  /** The horizon was raised, and records may have been removed. */
  void removedRecords(Timestamp now) {
    records.removed(now);
  }

  /** A lock that keeps a plain write from being done; null when there is none. */
  @Nullable Lock blocking(KvRequest.Write write) {
    if (locks.isEmpty()) {
      return null;
    }
    return switch (write) {
      case KvRequest.Put put -> lockOf(put.key());
      case KvRequest.Delete delete -> lockOf(delete.key());
      case KvRequest.CompareAndSet compare -> lockOf(compare.key());
      case KvRequest.DeleteRange range -> foreign(range.span(), null);
      case KvRequest.Batch batch -> {
        for (KvRequest.Write inner : batch.writes()) {
          Lock lock = blocking(inner);
          if (lock != null) {
            yield lock;
          }
        }
        yield null;
      }
      case KvRequest.RaiseHorizon raise -> null;
      case KvRequest.TxnStep step -> null;
    };
  }

  /**
   * Applies a step.
   *
   * @param at the step's own timestamp
   * @param horizon records written before may be gone
   * @param entry what the entry has written so far, and takes note of what the step writes
   */
  KvResponse apply(
      KvRequest.TxnStep step,
      Timestamp at,
      Timestamp horizon,
      StateStore.Batch batch,
      BatchOverlay entry) {
    return switch (step) {
      case KvRequest.CommitOnePhase s -> commitOnePhase(s, at, horizon, batch, entry);
      case KvRequest.Prepare s -> prepare(s, at, horizon, batch, entry);
      case KvRequest.Decide s -> decide(s, at, horizon, batch);
      case KvRequest.Abort s -> abort(s, at, horizon, batch);
      case KvRequest.Resolve s -> resolve(s, batch, entry);
      case KvRequest.Finish s -> finish(s, at, horizon, batch);
    };
  }

  private KvResponse commitOnePhase(
      KvRequest.CommitOnePhase step,
      Timestamp at,
      Timestamp horizon,
      StateStore.Batch batch,
      BatchOverlay entry) {
    TxnRecord known = records.get(step.anchor(), step.request(), step.named(), horizon);
    if (known != null) {
      return known.status();
    }
    if (step.begun().compareTo(horizon) <= 0) {
      return tooOld(step.request(), horizon);
    }
    if (!step.reads().isEmpty() && step.readAt().compareTo(horizon) < 0) {
      return readTooOld(step.txn(), step.readAt(), horizon);
    }
    if (at.compareTo(step.notAfter()) > 0) {
      return new KvResponse.Failed(
          ErrorCode.TXN_CONFLICT,
          "transaction " + step.txn() + " had to commit by " + step.notAfter() + ": run it again");
    }
    KvResponse obstacle = obstacle(step.txn(), step.readAt(), step.reads(), step.changes(), entry);
    if (obstacle != null) {
      return obstacle;
    }
    TxnRecord record = TxnRecord.committed(at, at, true, step.tag());
    byte[] note = record.note(step.request());
    boolean noted = false;
    for (KvRequest.Change change : step.changes()) {
      if (change.key().equals(step.anchor())) {
        batch.write(change.key(), at, change.value(), note);
        entry.wrote(change.key(), change.value());
        noted = true;
      } else {
        write(change.key(), at, change.value(), batch, entry);
      }
    }
    if (noted) {
      records.remember(step.anchor(), step.request(), record);
    } else {
      records.put(step.anchor(), step.request(), record, batch);
    }
    return record.status();
  }

  private KvResponse prepare(
      KvRequest.Prepare step,
      Timestamp at,
      Timestamp horizon,
      StateStore.Batch batch,
      BatchOverlay entry) {
    if (step.record()) {
      TxnRecord known = records.get(step.anchor(), step.txn(), step.named(), horizon);
      if (known != null && known.state() != TxnState.PENDING) {
        return known.status();
      }
      if (known == null && step.begun().compareTo(horizon) <= 0) {
        return tooOld(step.txn(), horizon);
      }
    }
    Timestamp before = step.changes().isEmpty() ? null : preparedBefore(step);
    if (before != null) {
      return new KvResponse.Prepared(before);
    }
    if (!step.record() && step.begun().compareTo(horizon) <= 0) {
      // A late copy: resolved once more, it could bring back what was collected since.
      return tooOld(step.txn(), horizon);
    }
    if (!step.reads().isEmpty() && step.readAt().compareTo(horizon) < 0) {
      return readTooOld(step.txn(), step.readAt(), horizon);
    }
    KvResponse obstacle = obstacle(step.txn(), step.readAt(), step.reads(), step.changes(), entry);
    if (obstacle != null) {
      return obstacle;
    }
    for (KvRequest.Change change : step.changes()) {
      if (going.containsKey(change.key())) {
        // Its new lock would hide the old one from readers that do not see the version yet.
        return new KvResponse.Blocked(change.key());
      }
    }
    for (KvRequest.Change change : step.changes()) {
      if (lockOf(change.key()) != null) {
        // Its own, from before: a higher bound would let readers pass who must see the commit.
        continue;
      }
      Lock lock =
          new Lock(change.key(), step.txn(), step.anchor(), step.coordinator(), at, change.value());
      batch.putSide(change.key(), SideKind.LOCK, NO_ID, lock.encode());
      locks.put(lock);
    }
    if (step.record()) {
      records.put(step.anchor(), step.txn(), TxnRecord.pending(at), batch);
    }
    return new KvResponse.Prepared(at);
  }

  /** The bound given when the same step was applied before, if its locks are still there. */
  private @Nullable Timestamp preparedBefore(KvRequest.Prepare step) {
    Timestamp bound = Timestamp.MIN;
    for (KvRequest.Change change : step.changes()) {
      Lock lock = lockOf(change.key());
      if (lock == null || !lock.txn().equals(step.txn())) {
        return null;
      }
      bound = bound.max(lock.bound());
    }
    return bound;
  }

  private KvResponse decide(
      KvRequest.Decide step, Timestamp now, Timestamp horizon, StateStore.Batch batch) {
    TxnRecord known = records.get(step.anchor(), step.txn(), step.named(), horizon);
    if (known == null) {
      return new KvResponse.Status(TxnState.UNKNOWN, Timestamp.MIN, 0);
    }
    if (known.state() == TxnState.COMMITTED) {
      return known.status();
    }
    if (!step.request().equals(step.txn())) {
      TxnRecord earlier = records.get(step.anchor(), step.request(), step.named(), horizon);
      if (earlier != null && earlier.state() == TxnState.COMMITTED) {
        // The client's request was carried out by another attempt.
        if (known.state() == TxnState.PENDING) {
          records.put(step.anchor(), step.txn(), TxnRecord.aborted(now), batch);
        }
        return earlier.status();
      }
    }
    if (known.state() == TxnState.ABORTED) {
      return known.status();
    }
    if (!step.request().equals(step.txn())) {
      records.put(
          step.anchor(),
          step.request(),
          TxnRecord.committed(step.commitAt(), now, true, step.tag()),
          batch);
    }
    TxnRecord record = TxnRecord.committed(step.commitAt(), now, false, step.tag());
    records.put(step.anchor(), step.txn(), record, batch);
    return record.status();
  }

  private KvResponse abort(
      KvRequest.Abort step, Timestamp now, Timestamp horizon, StateStore.Batch batch) {
    TxnRecord known = records.get(step.anchor(), step.txn(), step.named(), horizon);
    if (known != null && known.state() != TxnState.PENDING) {
      return known.status();
    }
    // Also when there is none: a prepare that is still on its way must not make one.
    TxnRecord record = TxnRecord.aborted(now);
    records.put(step.anchor(), step.txn(), record, batch);
    return record.status();
  }

  private KvResponse resolve(KvRequest.Resolve step, StateStore.Batch batch, BatchOverlay entry) {
    for (Key key : step.keys()) {
      Lock lock = lockOf(key);
      if (lock == null || !lock.txn().equals(step.txn())) {
        continue;
      }
      Timestamp commitAt = step.commitAt();
      if (commitAt != null) {
        write(key, commitAt, lock.value(), batch, entry);
      }
      batch.deleteSide(key, SideKind.LOCK, NO_ID);
      going.put(key, lock);
    }
    return new KvResponse.Valid();
  }

  private KvResponse finish(
      KvRequest.Finish step, Timestamp now, Timestamp horizon, StateStore.Batch batch) {
    TxnRecord known = records.get(step.anchor(), step.txn(), Timestamp.MIN, horizon);
    if (known == null) {
      return new KvResponse.Status(TxnState.UNKNOWN, Timestamp.MIN, 0);
    }
    if (known.state() == TxnState.COMMITTED && !known.finished()) {
      records.put(step.anchor(), step.txn(), known.finish(now), batch);
    }
    return known.status();
  }

  /** What keeps a transaction from reading and writing here as if nobody else did. */
  private @Nullable KvResponse obstacle(
      TxnId txn,
      Timestamp readAt,
      List<KeySpan> reads,
      List<KvRequest.Change> changes,
      BatchOverlay entry) {
    if (!locks.isEmpty()) {
      for (KvRequest.Change change : changes) {
        Lock lock = lockOf(change.key());
        if (lock != null && !lock.txn().equals(txn)) {
          return new KvResponse.Blocked(change.key());
        }
      }
      for (KeySpan span : reads) {
        Lock lock = foreign(span, txn);
        if (lock != null) {
          return new KvResponse.Blocked(lock.key());
        }
      }
    }
    for (KeySpan span : reads) {
      if (changedSince(span, readAt, entry)) {
        return new KvResponse.Changed(span.start());
      }
    }
    return null;
  }

  private boolean changedSince(KeySpan span, Timestamp readAt, BatchOverlay entry) {
    // Without the store it was certain, when the entry began, that none had been changed.
    return entry.touches(span) || (storeShowsAll && store.changedSince(span, readAt));
  }

  private @Nullable Lock lockOf(Key key) {
    Lock lock = locks.get(key);
    return lock == null || going.get(key) == lock ? null : lock;
  }

  private @Nullable Lock foreign(KeySpan span, @Nullable TxnId own) {
    for (Lock lock : locks.within(span)) {
      if (!lock.txn().equals(own) && going.get(lock.key()) != lock) {
        return lock;
      }
    }
    return null;
  }

  /** The lowest timestamp that a locked key may yet be given a version at; MAX without locks. */
  Timestamp lowestBound() {
    Timestamp lowest = Timestamp.MAX;
    for (Lock lock : locks.all()) {
      if (lock.bound().compareTo(lowest) < 0) {
        lowest = lock.bound();
      }
    }
    return lowest;
  }

  private static void write(
      Key key, Timestamp at, byte @Nullable [] value, StateStore.Batch batch, BatchOverlay entry) {
    if (value == null) {
      batch.delete(key, at);
    } else {
      batch.put(key, at, value);
    }
    entry.wrote(key, value);
  }

  private static KvResponse tooOld(TxnId txn, Timestamp horizon) {
    return new KvResponse.Failed(
        ErrorCode.TXN_ENDED,
        "transaction "
            + txn
            + " began before "
            + horizon
            + ": whether it was carried out is not known any more");
  }

  /** Replicas may have collected differently much of what would tell whether reads still hold. */
  private static KvResponse readTooOld(TxnId txn, Timestamp readAt, Timestamp horizon) {
    return new KvResponse.Failed(
        ErrorCode.TIMESTAMP_TOO_OLD,
        "transaction "
            + txn
            + " read as of "
            + readAt
            + ", and versions from before "
            + horizon
            + " may have been collected");
  }

  /** The locks that are stored for a span. May block. */
  static LockTable load(StateStore store, KeySpan span) {
    LockTable table = new LockTable();
    try (StateStore.SideScan scan = store.scanSide(span)) {
      while (scan.next()) {
        StateStore.SideRecord record = scan.record();
        if (record.kind() == SideKind.LOCK) {
          table.put(Lock.decode(record.key(), record.value()));
        }
      }
    }
    return table;
  }

  /** Keys of changes. */
  static List<Key> keys(List<KvRequest.Change> changes) {
    var keys = new ArrayList<Key>(changes.size());
    for (KvRequest.Change change : changes) {
      keys.add(change.key());
    }
    return keys;
  }
}
