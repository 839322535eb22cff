package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns all locks of a decided transaction into versions, or takes them away. Owned by the
 * transaction's coordinator.
 */
final class Resolution {
  private static final int IN_FLIGHT_MAX = 16;

  private final TransactionParts parts;
  private final Turns turns;
  private final Sender sender;
  private final long deadline;
  private final ArrayDeque<Part> waiting = new ArrayDeque<>();
  private int inFlight;
  private boolean complete = true;
  private boolean answered;

  Resolution(TransactionParts parts, Turns turns, Sender sender, long deadline) {
    this.parts = parts;
    this.turns = turns;
    this.sender = sender;
    this.deadline = deadline;
  }

  /**
   * Resolves.
   *
   * @param at null when the transaction was aborted
   * @param locked whose keys may be locked
   * @param reply told whether no lock is left
   */
  void run(
      TxnId txn, @Nullable Timestamp at, List<KvRequest.Change> locked, Consumer<Boolean> reply) {
    if (locked.isEmpty()) {
      sendMore(txn, at, reply);
      return;
    }
    // Keys alone: the ranges have the values.
    var keys = new ArrayList<KvRequest.Change>(locked.size());
    locked.forEach(change -> keys.add(new KvRequest.Change(change.key(), null)));
    keys.sort(Comparator.comparing(KvRequest.Change::key));
    inFlight++;
    Partition.of(
        turns.ranges(parts.ranges()),
        deadline,
        keys,
        List.of(),
        divided -> {
          inFlight--;
          if (divided == null) {
            complete = false;
          } else {
            divided.forEach(part -> waiting.addAll(part.cut(CommitRun.ENTRY_BYTES_MAX / 4)));
          }
          sendMore(txn, at, reply);
        });
  }

  private void sendMore(TxnId txn, @Nullable Timestamp at, Consumer<Boolean> reply) {
    while (inFlight < IN_FLIGHT_MAX && !waiting.isEmpty()) {
      Part part = waiting.poll();
      List<Key> keys = part.keys();
      inFlight++;
      sender.send(
          new KvRequest.Resolve(txn, at, keys),
          deadline,
          response -> {
            inFlight--;
            resolved(txn, at, part, response, reply);
          });
    }
    if (inFlight == 0 && waiting.isEmpty() && !answered) {
      answered = true;
      reply.accept(complete);
    }
  }

  private void resolved(
      TxnId txn, @Nullable Timestamp at, Part part, KvResponse response, Consumer<Boolean> reply) {
    if (response instanceof KvResponse.Failed failed) {
      if (failed.code() == ErrorCode.CROSS_RANGE_BATCH) {
        run(txn, at, part.changes(), reply);
        return;
      }
      complete = false;
    }
    sendMore(txn, at, reply);
  }
}
