package dev.troupe.node.grpc;

import dev.troupe.protocol.spi.TxnRequest;
import java.util.Locale;

/** What can be asked of the transaction service, in a session or by itself, as metrics name it. */
public enum TxnMethod implements RequestObserver.Operation {
  BEGIN,
  GET,
  SCAN,
  PUT,
  DELETE,
  SAVEPOINT,
  ROLLBACK_TO,
  RELEASE,
  COMMIT,
  ROLLBACK,
  EXECUTE,
  GET_OUTCOME;

  /** Of a request of a session. */
  static TxnMethod of(TxnRequest request) {
    return switch (request) {
      case TxnRequest.Get get -> GET;
      // Several keys of one request: what they are to whoever counts.
      case TxnRequest.GetAll all -> GET;
      case TxnRequest.Scan scan -> SCAN;
      case TxnRequest.Put put -> PUT;
      case TxnRequest.Delete delete -> DELETE;
      case TxnRequest.Savepoint savepoint -> SAVEPOINT;
      case TxnRequest.RollbackTo back -> ROLLBACK_TO;
      case TxnRequest.Release release -> RELEASE;
      case TxnRequest.Commit commit -> COMMIT;
      // No request of clients: it belongs to the commit that it bounds.
      case TxnRequest.NotAfter bound -> COMMIT;
      case TxnRequest.Rollback rollback -> ROLLBACK;
    };
  }

  private final String label = name().toLowerCase(Locale.ROOT);

  @Override
  public String label() {
    return label;
  }
}
