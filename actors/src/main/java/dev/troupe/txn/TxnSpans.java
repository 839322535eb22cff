package dev.troupe.txn;

import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How requests of transactions are named in traces, and what is told of their ends. */
final class TxnSpans {
  private TxnSpans() {}

  /**
   * Begins the span of a request; null when it is not recorded, or does nothing but remember what
   * is written.
   */
  static @Nullable Span begin(Requests.Ask ask) {
    Span above = ask.trace();
    return above == null
        ? null
        : switch (ask.request()) {
          case TxnRequest.Get get -> above.child("txn.get").with("key", get.key().toString());
          case TxnRequest.GetAll all -> above.child("txn.get_all").with("keys", all.keys().size());
          case TxnRequest.Scan scan -> above.child("txn.scan").with("span", scan.span().toString());
          case TxnRequest.NotAfter bound -> above.child("txn.read_at");
          case TxnRequest.Commit commit -> above.child("txn.commit");
          case TxnRequest.Rollback rollback -> above.child("txn.rollback");
          case TxnRequest.Put put -> null;
          case TxnRequest.Delete delete -> null;
          case TxnRequest.Savepoint savepoint -> null;
          case TxnRequest.RollbackTo back -> null;
          case TxnRequest.Release release -> null;
        };
  }

  /** Ends a span with the answer to its request, and passes that on. */
  static Consumer<TxnResponse> ending(@Nullable Span span, Consumer<TxnResponse> reply) {
    if (span == null) {
      return reply;
    }
    return answer -> {
      switch (answer) {
        case TxnResponse.Failed failed -> span.fail(failed.code() + ": " + failed.message());
        case TxnResponse.Page page -> span.with("rows", page.rows().size()).end();
        default -> span.end();
      }
      reply.accept(answer);
    };
  }
}
