package dev.troupe.node.grpc;

import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;

/** A transaction that is traced: its span ends with it. Any thread. */
record TracedSession(Transactions.Session session, Span span) implements Transactions.Session {
  @Override
  public TxnId id() {
    return session.id();
  }

  @Override
  public void send(TxnRequest request, Consumer<TxnResponse> reply) {
    boolean ends = request instanceof TxnRequest.Commit || request instanceof TxnRequest.Rollback;
    session.send(request, ends ? ending(span, reply) : reply);
  }

  /** Ends a span with an answer, and passes that on. */
  static Consumer<TxnResponse> ending(Span span, Consumer<TxnResponse> reply) {
    return answer -> {
      if (answer instanceof TxnResponse.Failed failed) {
        span.fail(failed.code() + ": " + failed.message());
      } else {
        span.end();
      }
      reply.accept(answer);
    };
  }

  @Override
  public void close() {
    session.close();
    span.end();
  }
}
