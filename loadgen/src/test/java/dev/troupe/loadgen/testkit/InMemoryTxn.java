package dev.troupe.loadgen.testkit;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.Failure;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.TxnCompare;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnOperationResult;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The Txn service over a {@link TxnStore}, with faults on demand. */
public final class InMemoryTxn extends TxnGrpc.TxnImplBase {
  private final TxnStore store;
  private final Set<TxnSession> open = ConcurrentHashMap.newKeySet();
  private volatile TxnFaults faults = TxnFaults.NONE;
  private volatile int pageRows = 1_000;

  public InMemoryTxn(TxnStore store) {
    this.store = store;
  }

  public void faults(TxnFaults wanted) {
    faults = wanted;
  }

  /** How many rows a page of a scan holds. */
  public void pageRows(int rows) {
    pageRows = rows;
  }

  /** Transactions that have begun and not ended. */
  public int openSessions() {
    return open.size();
  }

  /** The failure of a request. */
  public static TxnFailure failure(ErrorCode code, boolean ended) {
    return TxnFailure.newBuilder()
        .setEnded(ended)
        .setFailure(
            Failure.newBuilder()
                .setCode(Status.Code.ABORTED.value())
                .setReason(code.name())
                .setRetry(code.retry().name())
                .setMessage(code + " by test"))
        .build();
  }

  @Override
  public StreamObserver<TxnSessionRequest> session(StreamObserver<TxnSessionResponse> out) {
    TxnSession session = new TxnSession(store, faults, pageRows, out, open::remove);
    open.add(session);
    return session;
  }

  @Override
  public void execute(ExecuteRequest request, StreamObserver<ExecuteResponse> out) {
    TxnFaults.Execute fault = faults.onExecute();
    switch (fault) {
      case FINE -> {
        out.onNext(execute(request));
        out.onCompleted();
      }
      case APPLIED_AND_BROKEN -> {
        execute(request);
        out.onError(broken());
      }
      case BROKEN -> out.onError(broken());
      case CONFLICT ->
          out.onError(
              InMemoryKv.refusal(
                  Status.Code.ABORTED,
                  ErrorCode.TXN_CONFLICT.name(),
                  ErrorCode.TXN_CONFLICT.retry().name()));
    }
  }

  private ExecuteResponse execute(ExecuteRequest request) {
    return store.once(
        request.getTransactionId(),
        () -> {
          TxnState state = new TxnState(store, request.getTransactionId(), request.getNamespace());
          boolean matched = request.getCompareList().stream().allMatch(c -> holds(state, c));
          List<TxnOperation> branch = matched ? request.getThenList() : request.getOrElseList();
          ExecuteResponse.Builder response = ExecuteResponse.newBuilder().setMatched(matched);
          branch.forEach(operation -> response.addResults(run(state, operation)));
          TxnStore.Ended ended = java.util.Objects.requireNonNull(state.commit());
          return response
              .setVersion(ended.version())
              .setTransactionId(request.getTransactionId())
              .build();
        });
  }

  private static boolean holds(TxnState state, TxnCompare compare) {
    ByteString value = state.get(compare.getKey());
    return switch (compare.getConditionCase()) {
      case VALUE -> compare.getValue().equals(value);
      case EXISTS -> compare.getExists() == (value != null);
      case CONDITION_NOT_SET -> throw new IllegalArgumentException("no condition");
    };
  }

  private TxnOperationResult run(TxnState state, TxnOperation operation) {
    TxnOperationResult.Builder result = TxnOperationResult.newBuilder();
    return switch (operation.getOperationCase()) {
      case GET -> result.setGet(TxnSession.found(state.get(operation.getGet().getKey()))).build();
      case SCAN -> result.setScan(state.scan(operation.getScan(), pageRows)).build();
      case PUT -> {
        state.write(operation.getPut().getKey(), operation.getPut().getValue());
        yield result.setDone(TxnSession.DONE).build();
      }
      case DELETE -> {
        state.write(operation.getDelete().getKey(), null);
        yield result.setDone(TxnSession.DONE).build();
      }
      case OPERATION_NOT_SET -> throw new IllegalArgumentException("no operation");
    };
  }

  @Override
  public void getTransactionOutcome(
      GetTransactionOutcomeRequest request, StreamObserver<GetTransactionOutcomeResponse> out) {
    TxnOutcome told = faults.onOutcome(request);
    TxnStore.Ended ended = store.ended(request.getTransactionId());
    GetTransactionOutcomeResponse.Builder response = GetTransactionOutcomeResponse.newBuilder();
    if (told != null) {
      response.setOutcome(told);
    } else if (ended != null && ended.version() > 0) {
      response.setOutcome(TxnOutcome.TXN_OUTCOME_COMMITTED).setVersion(ended.version());
    } else {
      response.setOutcome(
          ended == null ? TxnOutcome.TXN_OUTCOME_UNKNOWN : TxnOutcome.TXN_OUTCOME_ABORTED);
    }
    out.onNext(response.build());
    out.onCompleted();
  }

  static io.grpc.StatusRuntimeException broken() {
    return Status.UNAVAILABLE.withDescription("broken by test").asRuntimeException();
  }
}
