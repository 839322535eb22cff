package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keys that a transaction reads in one go; those that it has written itself are not asked for. In
 * the turns of the transaction's coordinator.
 */
final class SharedRead {
  private final ActiveTransaction transaction;
  private final TxnResponse.Value[] values;
  private final List<Key> asked = new ArrayList<>();

  SharedRead(ActiveTransaction transaction, TxnRequest.GetAll request) {
    this.transaction = transaction;
    this.values = new TxnResponse.Value[request.keys().size()];
    for (int i = 0; i < values.length; i++) {
      Optional<byte[]> own = transaction.buffer().get(request.keys().get(i));
      if (own == null) {
        asked.add(request.keys().get(i));
      } else {
        values[i] = new TxnResponse.Value(own.orElse(null), Timestamp.MIN);
      }
    }
  }

  void start(Consumer<TxnResponse> reply) {
    if (asked.isEmpty()) {
      reply.accept(new TxnResponse.Values(List.of(values)));
      return;
    }
    transaction.at(
        reply,
        at ->
            transaction.sender.send(
                new KvRequest.GetAll(asked, at, transaction.reader()),
                transaction.deadline,
                response -> reply.accept(answered(response))));
  }

  private TxnResponse answered(KvResponse response) {
    if (!(response instanceof KvResponse.Values found)) {
      return ActiveTransaction.unexpected(response);
    }
    asked.forEach(transaction.reads()::add);
    fill(found);
    return transaction.tooMuchRead()
        ? ActiveTransaction.tooManySpans()
        : new TxnResponse.Values(List.of(values));
  }

  /** Puts what was found where nothing is yet. */
  private void fill(KvResponse.Values found) {
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        KvResponse.Value value = found.values().get(next++);
        values[i] = new TxnResponse.Value(value.value(), value.version());
      }
    }
  }
}
