package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first try at a one-shot transaction that only writes, all of it into one range: nothing has
 * to be remembered between its request and its commit, so whoever has the request sends the commit
 * itself, as if it were a plain write. With any other answer than that it is committed, a
 * coordinator takes over from there, as if the try had been its own.
 *
 * @param sent what was sent
 * @param answer what came back
 */
record BlindCommit(KvRequest.CommitOnePhase sent, KvResponse answer) {
  private static final TxnResponse DONE = new TxnResponse.Done();

  /**
   * The commit of a request; null for one that reads, has many keys, or may need several ranges.
   *
   * @param txn name of the attempt
   * @param begun given out before it began
   */
  static KvRequest.@Nullable CommitOnePhase of(
      TxnRequest.OneShot request, TxnId txn, Timestamp begun, TransactionParts parts) {
    List<TxnRequest.Operation> operations = request.then();
    if (!request.compares().isEmpty() || operations.isEmpty()) {
      return null;
    }
    var changes = new ArrayList<KvRequest.Change>(operations.size());
    for (TxnRequest.Operation operation : operations) {
      switch (operation) {
        case TxnRequest.Put put -> changes.add(new KvRequest.Change(put.key(), put.value()));
        case TxnRequest.Delete delete -> changes.add(new KvRequest.Change(delete.key(), null));
        case TxnRequest.Get get -> {
          return null;
        }
        case TxnRequest.Scan scan -> {
          return null;
        }
      }
    }
    Key anchor = changes.getFirst().key();
    return isForOneEntry(changes, parts.ranges())
        ? new KvRequest.CommitOnePhase(
            txn,
            request.id(),
            ActiveTransaction.earlier(request.named(), begun),
            anchor,
            parts.self(),
            begun,
            Timestamp.MIN,
            List.of(),
            changes,
            OneShotRun.MATCHED)
        : null;
  }

  /** Sorts the changes; false when the range of all is not known, or some of them share a key. */
  private static boolean isForOneEntry(List<KvRequest.Change> changes, RangeMap ranges) {
    changes.sort(Comparator.comparing(KvRequest.Change::key));
    long bytes = 0;
    for (int i = 0; i < changes.size(); i++) {
      bytes += Part.sizeOf(changes.get(i));
      if (i > 0 && changes.get(i).key().equals(changes.get(i - 1).key())) {
        return false;
      }
    }
    return bytes <= CommitRun.ENTRY_BYTES_MAX
        && (changes.size() == 1 || isOneRange(changes.getFirst(), changes.getLast(), ranges));
  }

  private static boolean isOneRange(
      KvRequest.Change first, KvRequest.Change last, RangeMap ranges) {
    RangeDescriptor range = ranges.known(first.key());
    return range != null && range.span().contains(last.key());
  }

  /** What the client is told if that is all; null when a coordinator has to take over. */
  TxnResponse.@Nullable OneShotDone done() {
    return answer instanceof KvResponse.Status status
            && status.state() == TxnState.COMMITTED
            && status.tag() == OneShotRun.MATCHED
        ? new TxnResponse.OneShotDone(
            true, Collections.nCopies(sent.changes().size(), DONE), status.at())
        : null;
  }
}
