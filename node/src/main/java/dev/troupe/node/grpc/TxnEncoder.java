package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.v1.BeginResponse;
import dev.troupe.v1.CommitResponse;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.ScanResponse;
import dev.troupe.v1.TxnDone;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnOperationResult;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnSessionResponse;
import java.nio.ByteBuffer;

/** Translates answers of the transaction port into messages. */
final class TxnEncoder {
  private static final TxnOperationResult DONE =
      TxnOperationResult.newBuilder().setDone(TxnDone.getDefaultInstance()).build();

  private TxnEncoder() {}

  static TxnSessionResponse begun(long id, TxnId transaction) {
    return TxnSessionResponse.newBuilder()
        .setId(id)
        .setBegin(BeginResponse.newBuilder().setTransactionId(id(transaction)))
        .build();
  }

  /** The answer to a request of a session that did not fail. */
  static TxnSessionResponse answer(long id, Namespace namespace, TxnResponse response) {
    TxnSessionResponse.Builder message = TxnSessionResponse.newBuilder().setId(id);
    return switch (response) {
      case TxnResponse.Value value -> message.setGet(get(value)).build();
      case TxnResponse.Page page -> message.setScan(page(namespace, page)).build();
      case TxnResponse.Done done -> message.setDone(TxnDone.getDefaultInstance()).build();
      case TxnResponse.Committed committed ->
          message.setCommit(CommitResponse.newBuilder().setVersion(committed.at().value())).build();
      case TxnResponse.OneShotDone done -> failure(id, unexpected(done), true);
      case TxnResponse.Values values -> failure(id, unexpected(values), true);
      case TxnResponse.ReadsAt reads -> failure(id, unexpected(reads), true);
      case TxnResponse.Failed failed -> failure(id, failed, true);
    };
  }

  static TxnSessionResponse failure(long id, TxnResponse.Failed failed, boolean ended) {
    return TxnSessionResponse.newBuilder()
        .setId(id)
        .setFailure(
            TxnFailure.newBuilder()
                .setFailure(
                    StatusMapping.toFailure(new KvResponse.Failed(failed.code(), failed.message())))
                .setEnded(ended))
        .build();
  }

  static ExecuteResponse execute(TxnId id, Namespace namespace, TxnResponse.OneShotDone done) {
    ExecuteResponse.Builder response =
        ExecuteResponse.newBuilder()
            .setMatched(done.matched())
            .setVersion(done.at().value())
            .setTransactionId(id(id));
    done.results().forEach(result -> response.addResults(result(namespace, result)));
    return response.build();
  }

  static GetTransactionOutcomeResponse outcome(Transactions.Known known) {
    Timestamp at = known.at();
    return GetTransactionOutcomeResponse.newBuilder()
        .setOutcome(
            switch (known.outcome()) {
              case COMMITTED -> TxnOutcome.TXN_OUTCOME_COMMITTED;
              case ABORTED -> TxnOutcome.TXN_OUTCOME_ABORTED;
              case PENDING -> TxnOutcome.TXN_OUTCOME_PENDING;
              case UNKNOWN -> TxnOutcome.TXN_OUTCOME_UNKNOWN;
            })
        .setVersion(at == null ? 0 : at.value())
        .build();
  }

  static TxnResponse.Failed unexpected(TxnResponse response) {
    return new TxnResponse.Failed(
        ErrorCode.INTERNAL, "the transaction answered with " + response.getClass().getSimpleName());
  }

  private static TxnOperationResult result(Namespace namespace, TxnResponse response) {
    return switch (response) {
      case TxnResponse.Value value -> TxnOperationResult.newBuilder().setGet(get(value)).build();
      case TxnResponse.Page page ->
          TxnOperationResult.newBuilder().setScan(page(namespace, page)).build();
      case TxnResponse.Done done -> DONE;
      case TxnResponse.Committed committed -> throw unexpected(committed).toException();
      case TxnResponse.OneShotDone done -> throw unexpected(done).toException();
      case TxnResponse.Values values -> throw unexpected(values).toException();
      case TxnResponse.ReadsAt reads -> throw unexpected(reads).toException();
      case TxnResponse.Failed failed -> throw unexpected(failed).toException();
    };
  }

  private static GetResponse get(TxnResponse.Value value) {
    return KvEncoder.get(new KvResponse.Value(value.value(), value.version()));
  }

  private static ScanResponse page(Namespace namespace, TxnResponse.Page page) {
    return KvEncoder.page(namespace, new KvResponse.Page(page.rows(), page.resume(), null));
  }

  private static ByteString id(TxnId id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(TxnId.BYTES).putLong(id.high()).putLong(id.low()).flip());
  }
}
