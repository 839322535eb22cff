package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A batch as one transaction, with the answers that a single range would have given.
 *
 * <p>The writes of a batch are in order, and a comparison sees those before it. So only the first
 * comparison of a key that was not written before it looks at what is stored: these become the
 * transaction's comparisons. All others are decided here, on the assumption that those hold; if one
 * fails nevertheless, the batch cannot apply whatever is stored. Whenever the batch does not apply,
 * the transaction reads the compared keys instead, and the batch is worked through once more on
 * what was found.
 */
final class CrossRangeBatch {
  private final KvRequest.Batch batch;

  /** What must be stored for the batch to apply; null: nothing. In the order of the batch. */
  private final Map<Key, byte @Nullable []> expected;

  private final Outcome assumed;

  /** What a comparison finds that no earlier write of the batch has touched. */
  private interface Stored {
    byte @Nullable [] read(KvRequest.CompareAndSet compare);
  }

  /**
   * A batch worked through.
   *
   * @param changes the last value written to each key; empty: deleted
   */
  private record Outcome(
      boolean applied, List<KvResponse> results, Map<Key, Optional<byte[]>> changes) {}

  private CrossRangeBatch(
      KvRequest.Batch batch, Map<Key, byte @Nullable []> expected, Outcome assumed) {
    this.batch = batch;
    this.expected = expected;
    this.assumed = assumed;
  }

  static CrossRangeBatch of(KvRequest.Batch batch) {
    Map<Key, byte @Nullable []> expected = new LinkedHashMap<>();
    Outcome assumed =
        evaluate(
            batch,
            compare -> {
              expected.put(compare.key(), compare.expected());
              return compare.expected();
            },
            Timestamp.MIN);
    return new CrossRangeBatch(batch, expected, assumed);
  }

  /**
   * @param reply called exactly once: with {@link KvResponse.BatchDone} or a failure
   */
  void run(Transactions transactions, TxnId id, long deadlineNanos, Consumer<KvResponse> reply) {
    if (!assumed.applied() && expected.isEmpty()) {
      // The batch contradicts itself and looks at nothing: it fails the same way on any state.
      reply.accept(new KvResponse.BatchDone(false, assumed.results()));
      return;
    }
    transactions.execute(toTransaction(id), deadlineNanos, done -> reply.accept(answer(done)));
  }

  TxnRequest.OneShot toTransaction(TxnId id) {
    List<TxnRequest.Operation> reads = new ArrayList<>(expected.size());
    List<TxnRequest.Compare> compares = new ArrayList<>(expected.size());
    expected.forEach(
        (key, value) -> {
          reads.add(new TxnRequest.Get(key, TxnRequest.Lock.NONE));
          compares.add(new TxnRequest.Compare.ValueIs(key, value));
        });
    if (!assumed.applied()) {
      return new TxnRequest.OneShot(id, Transactions.JUST_NOW, List.of(), reads, List.of());
    }
    List<TxnRequest.Operation> writes = new ArrayList<>(assumed.changes().size());
    assumed
        .changes()
        .forEach(
            (key, value) ->
                writes.add(
                    value.isPresent()
                        ? new TxnRequest.Put(key, value.get())
                        : new TxnRequest.Delete(key)));
    return new TxnRequest.OneShot(id, Transactions.JUST_NOW, compares, writes, reads);
  }

  private KvResponse answer(TxnResponse response) {
    return switch (response) {
      case TxnResponse.OneShotDone done when done.matched() && assumed.applied() ->
          new KvResponse.BatchDone(
              true, evaluate(batch, KvRequest.CompareAndSet::expected, done.at()).results());
      case TxnResponse.OneShotDone done -> notApplied(done);
      case TxnResponse.Failed failed -> failure(failed);
      case TxnResponse.Value value -> unexpected(value);
      case TxnResponse.Values values -> unexpected(values);
      case TxnResponse.Page page -> unexpected(page);
      case TxnResponse.ReadsAt reads -> unexpected(reads);
      case TxnResponse.Done done -> unexpected(done);
      case TxnResponse.Committed committed -> unexpected(committed);
    };
  }

  private KvResponse notApplied(TxnResponse.OneShotDone done) {
    if (done.results().size() != expected.size()) {
      return unexpected(done);
    }
    Map<Key, byte @Nullable []> found = new HashMap<>();
    int position = 0;
    for (Key key : expected.keySet()) {
      if (!(done.results().get(position++) instanceof TxnResponse.Value value)) {
        return unexpected(done);
      }
      found.put(key, value.value());
    }
    Outcome outcome = evaluate(batch, compare -> found.get(compare.key()), done.at());
    return outcome.applied()
        ? unexpected(done)
        : new KvResponse.BatchDone(false, outcome.results());
  }

  /**
   * The key-value API has no transactions that could be run again: what was run again until the
   * deadline has missed it.
   */
  private static KvResponse failure(TxnResponse.Failed failed) {
    return failed.code().retry() == ErrorCode.Retry.RESTART
        ? new KvResponse.Failed(
            ErrorCode.DEADLINE_EXCEEDED,
            "other transactions were in the way of the batch (%s: %s); nothing was done"
                .formatted(failed.code(), failed.message()))
        : new KvResponse.Failed(failed.code(), failed.message());
  }

  private static KvResponse unexpected(TxnResponse response) {
    return new KvResponse.Failed(
        ErrorCode.INTERNAL,
        "a transaction for a batch answered with " + response.getClass().getSimpleName());
  }

  /** Works through the writes as a range does when it applies a batch. */
  private static Outcome evaluate(KvRequest.Batch batch, Stored stored, Timestamp at) {
    Map<Key, Optional<byte[]>> changes = new LinkedHashMap<>();
    List<KvResponse> results = new ArrayList<>(batch.writes().size());
    boolean applied = true;
    for (KvRequest.Write write : batch.writes()) {
      switch (write) {
        case KvRequest.Put put -> {
          changes.put(put.key(), Optional.of(put.value()));
          results.add(new KvResponse.Written(at));
        }
        case KvRequest.Delete delete -> {
          changes.put(delete.key(), Optional.empty());
          results.add(new KvResponse.Written(at));
        }
        case KvRequest.CompareAndSet compare -> {
          KvResponse.Compared compared = compareAndSet(compare, stored, changes, at);
          results.add(compared);
          applied &= compared.swapped();
        }
        case KvRequest.Batch inner -> throw new IllegalArgumentException("a batch in a batch");
        case KvRequest.DeleteRange range ->
            throw new IllegalArgumentException("a range deletion in a batch");
        case KvRequest.RaiseHorizon raise ->
            throw new IllegalArgumentException("a raise of the horizon in a batch");
        case KvRequest.TxnStep step ->
            throw new IllegalArgumentException("a step of a transaction in a batch");
      }
    }
    return new Outcome(applied, results, changes);
  }

  private static KvResponse.Compared compareAndSet(
      KvRequest.CompareAndSet compare,
      Stored stored,
      Map<Key, Optional<byte[]>> changes,
      Timestamp at) {
    Optional<byte[]> changed = changes.get(compare.key());
    byte @Nullable [] current = changed == null ? stored.read(compare) : changed.orElse(null);
    if (!Arrays.equals(current, compare.expected())) {
      return new KvResponse.Compared(false, current, at);
    }
    changes.put(compare.key(), Optional.ofNullable(compare.value()));
    return new KvResponse.Compared(true, null, at);
  }
}
