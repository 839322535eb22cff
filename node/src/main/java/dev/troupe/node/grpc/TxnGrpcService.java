package dev.troupe.node.grpc;

import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * The transaction service. Runs on the transport's own threads, so nothing here may wait; answers
 * to single calls are written by the thread that brings them.
 */
public final class TxnGrpcService extends TxnGrpc.TxnImplBase {
  private static final Runnable NOTHING = () -> {};

  private final TxnDispatch dispatch;
  private final Supplier<? extends ScheduledExecutorService> transportThread;
  private final CallFailures failures;

  /**
   * @param transportThread asked on a transport's thread: an executor for that same thread
   */
  public TxnGrpcService(
      TxnDispatch dispatch, Supplier<? extends ScheduledExecutorService> transportThread) {
    this.dispatch = dispatch;
    this.transportThread = transportThread;
    failures = new CallFailures(transportThread);
  }

  @Override
  public StreamObserver<TxnSessionRequest> session(StreamObserver<TxnSessionResponse> out) {
    return TxnSessionStream.open(
        dispatch,
        transportThread.get(),
        failures,
        (ServerCallStreamObserver<TxnSessionResponse>) out);
  }

  @Override
  public void execute(ExecuteRequest request, StreamObserver<ExecuteResponse> out) {
    ignoreCancel(out);
    guarded(
        out,
        () -> {
          long deadline = dispatch.requestDeadline(CallTime.leftNanos());
          TxnId id = TxnDecoder.idOrDrawn(request.getTransactionId(), dispatch.ids());
          Namespace namespace = Namespace.of(request.getNamespace());
          TxnRequest.OneShot transaction = TxnDecoder.oneShot(id, namespace, request);
          dispatch.execute(
              transaction,
              request.getSerializedSize(),
              deadline,
              response -> guarded(out, () -> answer(out, id, namespace, response)));
        });
  }

  @Override
  public void getTransactionOutcome(
      GetTransactionOutcomeRequest request, StreamObserver<GetTransactionOutcomeResponse> out) {
    ignoreCancel(out);
    guarded(
        out,
        () -> {
          long deadline = dispatch.requestDeadline(CallTime.leftNanos());
          TxnId id = TxnDecoder.id(request.getTransactionId());
          Key firstKey = TxnDecoder.firstKey(request);
          dispatch.outcome(id, firstKey, deadline, replyTo(out));
        });
  }

  private static void answer(
      StreamObserver<ExecuteResponse> out, TxnId id, Namespace namespace, TxnResponse response) {
    switch (response) {
      case TxnResponse.OneShotDone done -> {
        ExecuteResponse message = TxnEncoder.execute(id, namespace, done);
        out.onNext(message);
        out.onCompleted();
      }
      case TxnResponse.Failed failed -> throw failed.toException();
      case TxnResponse.Value value -> throw TxnEncoder.unexpected(value).toException();
      case TxnResponse.Values values -> throw TxnEncoder.unexpected(values).toException();
      case TxnResponse.Page page -> throw TxnEncoder.unexpected(page).toException();
      case TxnResponse.ReadsAt reads -> throw TxnEncoder.unexpected(reads).toException();
      case TxnResponse.Done done -> throw TxnEncoder.unexpected(done).toException();
      case TxnResponse.Committed committed -> throw TxnEncoder.unexpected(committed).toException();
    }
  }

  private Transactions.OutcomeReply replyTo(StreamObserver<GetTransactionOutcomeResponse> out) {
    return new Transactions.OutcomeReply() {
      @Override
      public void known(Transactions.Known outcome) {
        out.onNext(TxnEncoder.outcome(outcome));
        out.onCompleted();
      }

      @Override
      public void failed(TxnResponse.Failed failure) {
        failures.end(out, failure.code(), failure.message());
      }
    };
  }

  /** Keeps the library from throwing when a client has left before its answer. */
  private static void ignoreCancel(StreamObserver<?> out) {
    ((ServerCallStreamObserver<?>) out).setOnCancelHandler(NOTHING);
  }

  private void guarded(StreamObserver<?> out, Runnable action) {
    try {
      action.run();
    } catch (TroupeException refusal) {
      failures.end(out, refusal.code(), refusal.getMessage());
    }
  }
}
