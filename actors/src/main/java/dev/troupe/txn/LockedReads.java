package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads for update: holds the keys first, and moves the whole transaction up in time when somebody
 * has written them since it began; so it reads the newest values and will find them unchanged when
 * it commits. Owned by the transaction's coordinator.
 */
final class LockedReads {
  /** Somebody may always insert rows between; then it is left to commit to find out. */
  private static final int SCANS_MAX = 8;

  private final ActiveTransaction transaction;

  LockedReads(ActiveTransaction transaction) {
    this.transaction = transaction;
  }

  private static KvRequest.Patience patience(TxnRequest.Lock lock) {
    return lock == TxnRequest.Lock.WAIT ? KvRequest.Patience.WAIT : KvRequest.Patience.NONE;
  }

  /** Whether what others hold is left out. */
  private static boolean skips(TxnRequest.Lock lock) {
    return lock == TxnRequest.Lock.SKIP_LOCKED || lock == TxnRequest.Lock.SKIP_TAKEN;
  }

  /**
   * Reads a key. The timestamp is drawn before the key is held: the value that holding it brings is
   * then what the key has at that timestamp, unless it is newer than that.
   */
  void get(TxnRequest.Get request, Consumer<TxnResponse> reply) {
    transaction.at(reply, at -> hold(request, reply));
  }

  private void hold(TxnRequest.Get request, Consumer<TxnResponse> reply) {
    transaction.hold(
        request.key(),
        patience(request.lock()),
        response -> {
          switch (response) {
            case KvResponse.Value value when request.lock() == TxnRequest.Lock.SKIP_TAKEN ->
                heldUnlessTaken(request, value, reply);
            case KvResponse.Value value -> heldKey(request, value, reply);
            case KvResponse.Failed failed
                when failed.code() == ErrorCode.LOCK_NOT_AVAILABLE && skips(request.lock()) ->
                reply.accept(new TxnResponse.Value(null, Timestamp.MIN));
            default -> reply.accept(ActiveTransaction.unexpected(response));
          }
        });
  }

  /**
   * Candidates may have been seen before the transaction was moved up: that counts as its begin.
   */
  private void heldUnlessTaken(
      TxnRequest.Get request, KvResponse.Value value, Consumer<TxnResponse> reply) {
    if (transaction.isSince(value.version())) {
      reply.accept(new TxnResponse.Value(null, Timestamp.MIN));
    } else {
      heldKey(request, value, reply);
    }
  }

  private void heldKey(
      TxnRequest.Get request, KvResponse.Value value, Consumer<TxnResponse> reply) {
    reachTo(
        value.version(),
        reply,
        moved -> {
          Optional<byte[]> own = transaction.buffer().get(request.key());
          if (own != null) {
            transaction.reads().add(request.key());
            reply.accept(new TxnResponse.Value(own.orElse(null), Timestamp.MIN));
          } else if (moved) {
            // No commit relies on held keys: somebody may have written it below the new timestamp.
            transaction.at(reply, at -> transaction.read(request.key(), at, true, reply));
          } else {
            transaction.reads().add(request.key());
            reply.accept(new TxnResponse.Value(value.value(), value.version()));
          }
        });
  }

  /**
   * Goes on when the transaction reads at or above a version that it holds.
   *
   * @param then told whether it had to be moved up for that
   */
  private void reachTo(Timestamp version, Consumer<TxnResponse> reply, Consumer<Boolean> then) {
    transaction.at(
        reply,
        readAt -> {
          if (version.compareTo(readAt) <= 0) {
            then.accept(false);
          } else {
            transaction.draw(reply, later -> move(readAt, later, reply, () -> then.accept(true)));
          }
        });
  }

  private void move(Timestamp readAt, Timestamp later, Consumer<TxnResponse> reply, Runnable then) {
    Consumer<KvResponse> validated =
        answer -> {
          switch (answer) {
            case KvResponse.Valid valid -> {
              transaction.moveTo(later);
              then.run();
            }
            case KvResponse.Failed failed ->
                reply.accept(ActiveTransaction.failed(failed.code(), failed.message()));
            default ->
                reply.accept(
                    ActiveTransaction.failed(
                        ErrorCode.TXN_CONFLICT,
                        "what the transaction read before has changed; run it again"));
          }
        };
    if (!transaction.mayReach(later)) {
      validated.accept(
          new KvResponse.Failed(
              ErrorCode.TXN_CONFLICT, "the transaction had to end before; run it again"));
      return;
    }
    if (transaction.reads().isEmpty()) {
      validated.accept(new KvResponse.Valid());
      return;
    }
    new Validation(
            transaction.id(),
            transaction.parts,
            transaction.turns,
            transaction.sender,
            transaction.deadline)
        .run(transaction.reads().all(), readAt, later, validated);
  }

  void scan(TxnRequest.Scan request, Consumer<TxnResponse> reply) {
    scan(request, new HashSet<>(), new HashSet<>(), 1, reply);
  }

  /** Scans without lock, holds what was found, and scans again if any of it was changed since. */
  private void scan(
      TxnRequest.Scan request,
      Set<Key> held,
      Set<Key> skipped,
      int scans,
      Consumer<TxnResponse> reply) {
    // What was seen before the rows were held is no part of what the transaction has read.
    var looked = new ArrayList<KeySpan>();
    transaction.at(
        reply,
        at ->
            new MergedScan(
                    transaction,
                    request,
                    at,
                    looked::add,
                    answer -> {
                      if (answer instanceof TxnResponse.Page page) {
                        holdRows(request, page, looked, held, skipped, scans, reply);
                      } else {
                        reply.accept(answer);
                      }
                    })
                .next());
  }

  private void holdRows(
      TxnRequest.Scan request,
      TxnResponse.Page page,
      List<KeySpan> looked,
      Set<Key> held,
      Set<Key> skipped,
      int scans,
      Consumer<TxnResponse> reply) {
    var toHold = new ArrayDeque<Key>();
    for (KvResponse.Row row : page.rows()) {
      if (!held.contains(row.key()) && !skipped.contains(row.key())) {
        toHold.add(row.key());
      }
    }
    if (toHold.isEmpty() || scans > SCANS_MAX) {
      looked.forEach(transaction.reads()::add);
      List<KvResponse.Row> rows = new ArrayList<>(page.rows());
      rows.removeIf(row -> skipped.contains(row.key()));
      reply.accept(new TxnResponse.Page(rows, page.resume()));
      return;
    }
    holdNext(
        request,
        toHold,
        held,
        skipped,
        Timestamp.MIN,
        reply,
        newest -> reachTo(newest, reply, moved -> scan(request, held, skipped, scans + 1, reply)));
  }

  private void holdNext(
      TxnRequest.Scan request,
      ArrayDeque<Key> toHold,
      Set<Key> held,
      Set<Key> skipped,
      Timestamp newest,
      Consumer<TxnResponse> reply,
      Consumer<Timestamp> then) {
    Key key = toHold.poll();
    if (key == null) {
      then.accept(newest);
      return;
    }
    transaction.hold(
        key,
        patience(request.lock()),
        response -> {
          switch (response) {
            case KvResponse.Value value -> {
              held.add(key);
              Timestamp above = newest.max(value.version());
              holdNext(request, toHold, held, skipped, above, reply, then);
            }
            case KvResponse.Failed failed
                when failed.code() == ErrorCode.LOCK_NOT_AVAILABLE && skips(request.lock()) -> {
              skipped.add(key);
              holdNext(request, toHold, held, skipped, newest, reply, then);
            }
            default -> reply.accept(ActiveTransaction.unexpected(response));
          }
        });
  }
}
