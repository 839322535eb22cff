package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a whole transaction, and again when others were in its way: the first time it takes no
 * locks, later it does. Owned by a coordinator, in whose turns everything happens.
 */
final class OneShotRun {
  /** Recorded with the outcome: which branch was taken. */
  static final int MATCHED = 1;

  static final int NOT_MATCHED = 2;

  /** So many attempts leave unlocked what they only read. */
  private static final int UNLOCKED_READS_MAX = 3;

  private static final long BACKOFF_MIN_NANOS = 1_000_000L;
  private static final long BACKOFF_MAX_NANOS = 50_000_000L;

  private final TransactionParts parts;
  private final Turns turns;
  private final TxnRequest.OneShot request;
  private final long deadline;
  private final Supplier<ActiveTransaction> attempts;
  private final Consumer<TxnResponse> reply;
  private final ActiveTransaction.Listener listener;
  private final Set<Key> written = new HashSet<>();
  private int attempt;

  /**
   * Makes a run.
   *
   * @param attempts makes a new attempt, under a name of its own
   * @param listener told when nothing is left to be done
   */
  OneShotRun(
      TransactionParts parts,
      Turns turns,
      TxnRequest.OneShot request,
      long deadline,
      Supplier<ActiveTransaction> attempts,
      Consumer<TxnResponse> reply,
      ActiveTransaction.Listener listener) {
    this.parts = parts;
    this.turns = turns;
    this.request = request;
    this.deadline = deadline;
    this.attempts = attempts;
    this.reply = reply;
    this.listener = listener;
    for (List<TxnRequest.Operation> branch : List.of(request.then(), request.orElse())) {
      for (TxnRequest.Operation operation : branch) {
        switch (operation) {
          case TxnRequest.Put put -> written.add(put.key());
          case TxnRequest.Delete delete -> written.add(delete.key());
          case TxnRequest.Get get -> {}
          case TxnRequest.Scan scan -> {}
        }
      }
    }
  }

  void start(ActiveTransaction first) {
    unlessDone(first, () -> run(first));
  }

  /**
   * Goes on from a first try.
   *
   * @param transaction has the name of the try
   */
  void goOn(ActiveTransaction transaction, BlindCommit tried) {
    attempt++;
    var results = new ArrayList<TxnResponse>(request.then().size());
    request.then().forEach(operation -> results.add(new TxnResponse.Done()));
    var end = new End(true, results);
    transaction.commit(tried, end::answered, end);
  }

  /** Goes on unless an earlier request of the same name has been carried out. */
  private void unlessDone(ActiveTransaction transaction, Runnable then) {
    if (written.isEmpty()
        || request.compares().isEmpty()
        || request.named().equals(Transactions.JUST_NOW)) {
      // Nothing can happen twice, or the commit will find that it has happened, or it cannot have.
      then.run();
      return;
    }
    transaction.sender.send(
        new KvRequest.AskOutcome(request.id(), request.named(), anchor()),
        deadline,
        response -> {
          if (response instanceof KvResponse.Status status
              && status.state() == TxnState.COMMITTED) {
            transaction.finish();
            end(new TxnResponse.OneShotDone(status.tag() == MATCHED, List.of(), status.at()));
          } else if (response instanceof KvResponse.Failed failed) {
            transaction.finish();
            end(ActiveTransaction.failed(failed.code(), failed.message()));
          } else {
            then.run();
          }
        });
  }

  /** The first key that the request names. */
  private Key anchor() {
    if (!request.compares().isEmpty()) {
      return request.compares().getFirst().key();
    }
    for (List<TxnRequest.Operation> branch : List.of(request.then(), request.orElse())) {
      if (!branch.isEmpty()) {
        return switch (branch.getFirst()) {
          case TxnRequest.Put put -> put.key();
          case TxnRequest.Delete delete -> delete.key();
          case TxnRequest.Get get -> get.key();
          case TxnRequest.Scan scan -> scan.span().start();
        };
      }
    }
    return Key.MIN;
  }

  private void run(ActiveTransaction transaction) {
    attempt++;
    if (request.compares().isEmpty()) {
      branch(transaction, true, request.then());
    } else {
      compare(transaction, 0);
    }
  }

  private void compare(ActiveTransaction transaction, int index) {
    if (index == request.compares().size()) {
      branch(transaction, true, request.then());
      return;
    }
    TxnRequest.Compare compare = request.compares().get(index);
    transaction.get(
        new TxnRequest.Get(compare.key(), lock(compare.key())),
        answer -> {
          if (!(answer instanceof TxnResponse.Value value)) {
            failed(transaction, answer);
          } else if (holds(compare, value.value())) {
            compare(transaction, index + 1);
          } else {
            branch(transaction, false, request.orElse());
          }
        });
  }

  private static boolean holds(TxnRequest.Compare compare, byte @Nullable [] value) {
    return switch (compare) {
      case TxnRequest.Compare.ValueIs is -> Arrays.equals(is.value(), value);
      case TxnRequest.Compare.Exists exists -> value != null;
    };
  }

  /** Locks what it will write as soon as it has lost, and all that it reads when it loses again. */
  private TxnRequest.Lock lock(Key key) {
    return locksAll() || (attempt > 1 && written.contains(key))
        ? TxnRequest.Lock.WAIT
        : TxnRequest.Lock.NONE;
  }

  private boolean locksAll() {
    return attempt > UNLOCKED_READS_MAX && !written.isEmpty();
  }

  private void branch(
      ActiveTransaction transaction, boolean matched, List<TxnRequest.Operation> operations) {
    operate(transaction, matched, operations, new ArrayList<>());
  }

  private void operate(
      ActiveTransaction transaction,
      boolean matched,
      List<TxnRequest.Operation> operations,
      List<TxnResponse> results) {
    Consumer<TxnResponse> next =
        answer -> {
          if (answer instanceof TxnResponse.Failed) {
            failed(transaction, answer);
          } else {
            results.add(answer);
            operate(transaction, matched, operations, results);
          }
        };
    while (results.size() < operations.size()) {
      switch (operations.get(results.size())) {
        case TxnRequest.Get get -> {
          TxnRequest.Lock lock = get.lock() == TxnRequest.Lock.NONE ? lock(get.key()) : get.lock();
          transaction.get(new TxnRequest.Get(get.key(), lock), next);
          return;
        }
        case TxnRequest.Scan scan -> {
          transaction.scan(locksAll() ? scan.withLock(TxnRequest.Lock.WAIT) : scan, next);
          return;
        }
        case TxnRequest.Put put -> results.add(transaction.write(put.key(), put.value()));
        case TxnRequest.Delete delete -> results.add(transaction.write(delete.key(), null));
      }
      if (results.getLast() instanceof TxnResponse.Failed failure) {
        failed(transaction, failure);
        return;
      }
    }
    commit(transaction, matched, results);
  }

  private void commit(ActiveTransaction transaction, boolean matched, List<TxnResponse> results) {
    if (transaction.buffer().isEmpty()) {
      transaction.at(
          failure -> failed(transaction, failure),
          at ->
              // What was read may be what an earlier try of the same request has left.
              unlessDone(
                  transaction,
                  () -> {
                    transaction.finish();
                    end(new TxnResponse.OneShotDone(matched, results, at));
                  }));
      return;
    }
    var end = new End(matched, results);
    transaction.commit(request.id(), anchor(), matched ? MATCHED : NOT_MATCHED, end::answered, end);
  }

  /** What follows a commit. */
  private final class End implements ActiveTransaction.Listener {
    private final boolean matched;
    private final List<TxnResponse> results;
    private boolean again;

    End(boolean matched, List<TxnResponse> results) {
      this.matched = matched;
      this.results = results;
    }

    void answered(TxnResponse answer) {
      switch (answer) {
        case TxnResponse.Committed committed ->
            reply.accept(new TxnResponse.OneShotDone(matched, results, committed.at()));
        case TxnResponse.Failed failure when mayRunAgain(failure) -> {
          again = true;
          runAgain();
        }
        default -> reply.accept(answer);
      }
    }

    @Override
    public void cleanedUp() {
      if (!again) {
        listener.cleanedUp();
      }
    }
  }

  private void failed(ActiveTransaction transaction, TxnResponse answer) {
    transaction.finish();
    if (answer instanceof TxnResponse.Failed failure && mayRunAgain(failure)) {
      runAgain();
    } else {
      end(answer);
    }
  }

  private boolean mayRunAgain(TxnResponse.Failed failure) {
    return failure.code().retry() == ErrorCode.Retry.RESTART
        && parts.clock().nanos() + backoff() - deadline < 0;
  }

  private long backoff() {
    return Math.min(BACKOFF_MAX_NANOS, BACKOFF_MIN_NANOS << Math.min(attempt - 1, 6));
  }

  private void runAgain() {
    // Those that ran into each other must not do so in step again.
    long wait = backoff() / 2 + parts.random().nextLong(backoff() / 2);
    parts.later().run(wait, turns.callback(() -> run(attempts.get())));
  }

  private void end(TxnResponse answer) {
    reply.accept(answer);
    listener.cleanedUp();
  }
}
