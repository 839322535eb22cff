package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.range.Lock;
import dev.troupe.range.LockTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Settles transactions whose coordinators are gone, and resolves what they have locked in a range:
 * all of it at once, whichever lock was met. Any thread.
 */
final class AbandonedLocks {
  /** A request that may be lost keeps everybody waiting for so long: whoever waits asks again. */
  static final long TRY_NANOS = 2_000_000_000L;

  /** Keys that go into one log entry, with the values that they are turned into. */
  private static final long ENTRY_BYTES_MAX = CommitRun.ENTRY_BYTES_MAX / 4;

  /** The locks of one transaction in one range. */
  private record Place(TxnId txn, LockTable range) {}

  private final TransactionParts parts;
  private final Set<Place> settling = ConcurrentHashMap.newKeySet();

  AbandonedLocks(TransactionParts parts) {
    this.parts = parts;
  }

  /** Whether nobody sees to these locks yet; then {@link #end} or {@link #settle} has to follow. */
  boolean begin(Lock met, LockTable range) {
    return settling.add(new Place(met.txn(), range));
  }

  void end(Lock met, LockTable range) {
    settling.remove(new Place(met.txn(), range));
  }

  /** Settles. Aborting fails when it is committed, and the answer says so. */
  void settle(Lock met, LockTable range) {
    parts
        .kv()
        .send(
            new KvRequest.Abort(met.txn(), Transactions.UNKNOWN_AGE, met.anchor()),
            parts.clock().nanos() + TRY_NANOS,
            response -> {
              if (response instanceof KvResponse.Status status) {
                boolean committed = status.state() == KvResponse.TxnState.COMMITTED;
                var entries = entries(range.keysOf(met.txn()));
                resolve(met.txn(), committed ? status.at() : null, entries, () -> end(met, range));
              } else {
                // Whoever still waits asks again.
                end(met, range);
              }
            });
  }

  private void resolve(
      TxnId txn, @Nullable Timestamp commitAt, ArrayDeque<List<Key>> entries, Runnable end) {
    List<Key> next = entries.poll();
    if (next == null) {
      end.run();
      return;
    }
    parts
        .kv()
        .send(
            new KvRequest.Resolve(txn, commitAt, next),
            parts.clock().nanos() + TRY_NANOS,
            response -> {
              if (response instanceof KvResponse.Failed) {
                // Whoever waits asks again, maybe at the new leader or of the new range.
                end.run();
              } else {
                resolve(txn, commitAt, entries, end);
              }
            });
  }

  private static ArrayDeque<List<Key>> entries(List<Key> keys) {
    var entries = new ArrayDeque<List<Key>>();
    List<Key> entry = new ArrayList<>();
    long bytes = 0;
    for (Key key : keys) {
      entry.add(key);
      bytes += Part.sizeOf(new KvRequest.Change(key, null));
      if (bytes >= ENTRY_BYTES_MAX) {
        entries.add(entry);
        entry = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!entry.isEmpty()) {
      entries.add(entry);
    }
    return entries;
  }
}
