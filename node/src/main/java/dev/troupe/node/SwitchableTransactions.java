package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;

/**
 * The door to transactions that stays while the cluster part behind it comes, goes and comes again.
 * A session belongs to the part in which it began and is answered by it. Any thread.
 */
public final class SwitchableTransactions implements Transactions {
  private volatile Transactions current =
      new Refusing(new TxnResponse.Failed(ErrorCode.NOT_INITIALIZED, "the node is starting"));

  public void connect(Transactions transactions) {
    current = transactions;
  }

  /** Until the next {@link #connect}, everything is refused; nothing is done. */
  public void refuse(ErrorCode code, String message) {
    current = new Refusing(new TxnResponse.Failed(code, message));
  }

  @Override
  public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
    return current.begin(id, named, deadlineNanos, losses);
  }

  @Override
  public Transactions tracedUnder(Span span) {
    return current.tracedUnder(span);
  }

  @Override
  public void execute(TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
    current.execute(request, deadlineNanos, reply);
  }

  @Override
  public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
    current.outcome(id, anchor, deadlineNanos, reply);
  }

  private record Refusing(TxnResponse.Failed refusal) implements Transactions {
    @Override
    public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
      return new RefusedSession(id, refusal);
    }

    @Override
    public void execute(
        TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
      reply.accept(refusal);
    }

    @Override
    public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
      reply.failed(refusal);
    }
  }

  private record RefusedSession(TxnId id, TxnResponse.Failed refusal) implements Session {
    @Override
    public void send(TxnRequest request, Consumer<TxnResponse> reply) {
      reply.accept(refusal);
    }

    @Override
    public void close() {
      // Nothing was begun.
    }
  }
}
