package dev.troupe.txn;

import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transaction as its client sees it. Requests come in order, so its span is theirs. */
final class Conversation implements Transactions.Session {
  private final TxnId id;
  private final Requests requests;
  private final @Nullable CoordinatorRef coordinator;
  private volatile @Nullable Span span;

  Conversation(TxnId id, Requests requests, @Nullable CoordinatorRef coordinator) {
    this.id = id;
    this.requests = requests;
    this.coordinator = coordinator;
  }

  @Override
  public TxnId id() {
    return id;
  }

  @Override
  public void trace(@Nullable Span above) {
    span = above;
  }

  @Override
  public void send(TxnRequest request, Consumer<TxnResponse> reply) {
    TxnResponse.Failed wrong = RequestChecks.problem(request);
    if (wrong != null) {
      reply.accept(wrong);
    } else if (requests.add(new Requests.Ask(request, reply, span)) && coordinator != null) {
      coordinator.tell(TransactionCoordinator.Asked.INSTANCE);
    }
  }

  @Override
  public void close() {
    if (coordinator != null) {
      coordinator.tell(TransactionCoordinator.Close.INSTANCE);
    }
  }
}
