package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.trace.Span;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets a batch have keys of several ranges. One range can apply a batch by itself in a single log
 * entry, so that is tried first; a transaction is begun only when the keys turn out to lie apart.
 */
public final class CrossRangeKv implements KvClient {
  private final KvClient kv;
  private final Transactions transactions;
  private final TxnIds ids;

  public CrossRangeKv(KvClient kv, Transactions transactions, TxnIds ids) {
    this.kv = kv;
    this.transactions = transactions;
    this.ids = ids;
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    if (request instanceof KvRequest.Batch batch) {
      kv.send(batch, deadlineNanos, answer -> onBatchAnswer(batch, deadlineNanos, answer, reply));
    } else {
      kv.send(request, deadlineNanos, reply);
    }
  }

  @Override
  public KvClient under(Span span) {
    return new CrossRangeKv(kv.under(span), transactions.tracedUnder(span), ids);
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return kv.borders(span, max);
  }

  private void onBatchAnswer(
      KvRequest.Batch batch, long deadlineNanos, KvResponse answer, Consumer<KvResponse> reply) {
    if (answer instanceof KvResponse.Failed failed
        && failed.code() == ErrorCode.CROSS_RANGE_BATCH) {
      CrossRangeBatch.of(batch).run(transactions, ids.next(), deadlineNanos, reply);
    } else {
      reply.accept(answer);
    }
  }
}
