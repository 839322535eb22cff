package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import org.jspecify.annotations.Nullable;

/**
 * What raising the horizon does to a range when it is applied. Deterministic: it looks at nothing
 * but the replicated state.
 */
final class HorizonStep {
  private static final byte[] FIRST = {};

  private HorizonStep() {}

  /**
   * How far the range goes: never back, and never to where a version may yet be written, so that
   * what a read at or above the horizon has seen stays as it is.
   *
   * @param at the raise's own timestamp: every later entry writes above it
   * @param lowestBound every version that a lock is yet to become has at least this timestamp
   */
  static AppliedState raised(
      AppliedState old, KvRequest.RaiseHorizon raise, Timestamp at, Timestamp lowestBound) {
    if (raise.basis().compareTo(old.basis()) < 0) {
      // Somebody may have been promised meanwhile that something is kept.
      return old;
    }
    Timestamp open = min(at, lowestBound);
    Timestamp allowed = min(raise.horizon(), new Timestamp(open.value() - 1));
    return old.raised(old.horizon().max(allowed), raise.basis());
  }

  private static Timestamp min(Timestamp one, Timestamp other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Removes one page of records that nobody needs any more. */
  static KvResponse.Horizon removeRecords(
      StateStore store,
      KeySpan owned,
      KvRequest.RaiseHorizon raise,
      Timestamp horizon,
      StateStore.Batch batch) {
    KeySpan span = new KeySpan(raise.from(), owned.end());
    int looked = 0;
    int removed = 0;
    @Nullable Key resume = null;
    byte[] resumeRecord = FIRST;
    try (StateStore.SideScan scan = store.scanSide(span)) {
      scan.seek(raise.from(), SideKind.TRANSACTION, raise.fromRecord());
      while (resume == null && scan.next()) {
        SideRecord record = scan.record();
        if (looked == raise.recordsMax()) {
          resume = record.key();
          resumeRecord = record.kind() == SideKind.TRANSACTION ? record.id() : FIRST;
        } else {
          looked++;
          if (isDone(record, horizon)) {
            batch.deleteSide(record.key(), record.kind(), record.id());
            removed++;
          }
        }
      }
    }
    return new KvResponse.Horizon(horizon, removed, resume, resumeRecord, owned.end());
  }

  /**
   * Whether a record can go: no lock refers to it any more, and who would ask whether the
   * transaction was carried out, or repeat it, is told that it began before the horizon.
   */
  private static boolean isDone(SideRecord stored, Timestamp horizon) {
    if (stored.kind() != SideKind.TRANSACTION) {
      return false;
    }
    TxnRecord record = TxnRecord.decode(stored.value());
    return record.hasEnded() && record.written().compareTo(horizon) < 0;
  }
}
