package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.TxnCompare;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnOperationResult;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole transaction in one call: if all comparisons hold (or there are none) the operations of
 * {@code then…}, otherwise those of {@code else…}. For one thread; run once.
 *
 * <p>A call whose answer is lost is repeated under the same id, which does nothing twice.
 */
public final class Execute {
  private final ClientContext context;
  private final ExecuteRequest.Builder request = ExecuteRequest.newBuilder();
  private TransactionOptions options = TransactionOptions.DEFAULT;

  Execute(ClientContext context) {
    this.context = context;
  }

  /** The attempts count whole transactions; repetitions after a lost answer do not count. */
  public Execute with(TransactionOptions wanted) {
    options = wanted;
    return this;
  }

  /** The key must have this value. */
  public Execute ifValue(byte[] key, byte[] value) {
    return compare(key, TxnCompare.newBuilder().setValue(ByteString.copyFrom(value)));
  }

  /** The key must exist. */
  public Execute ifExists(byte[] key) {
    return compare(key, TxnCompare.newBuilder().setExists(true));
  }

  /** The key must not exist. */
  public Execute ifMissing(byte[] key) {
    return compare(key, TxnCompare.newBuilder().setExists(false));
  }

  public Execute thenGet(byte[] key) {
    request.addThen(get(key));
    return this;
  }

  public Execute thenScan(Scan scan) {
    request.addThen(scan(scan));
    return this;
  }

  public Execute thenPut(byte[] key, byte[] value) {
    request.addThen(put(key, value));
    return this;
  }

  public Execute thenDelete(byte[] key) {
    request.addThen(delete(key));
    return this;
  }

  public Execute elseGet(byte[] key) {
    request.addOrElse(get(key));
    return this;
  }

  public Execute elseScan(Scan scan) {
    request.addOrElse(scan(scan));
    return this;
  }

  public Execute elsePut(byte[] key, byte[] value) {
    request.addOrElse(put(key, value));
    return this;
  }

  public Execute elseDelete(byte[] key) {
    request.addOrElse(delete(key));
    return this;
  }

  /**
   * Runs it.
   *
   * @throws AmbiguousCommitException when an answer was lost and no repetition got one in time
   */
  public ExecuteResult run() {
    request.setNamespace(context.namespaceOr(options.namespace()));
    return new Run().run();
  }

  private Execute compare(byte[] key, TxnCompare.Builder condition) {
    request.addCompare(condition.setKey(ByteString.copyFrom(key)));
    return this;
  }

  /** The key under which the outcome is kept; empty when there is none. */
  private ByteString anchor() {
    if (request.getCompareCount() > 0) {
      return request.getCompare(0).getKey();
    }
    return Stream.concat(request.getThenList().stream(), request.getOrElseList().stream())
        .findFirst()
        .map(Execute::key)
        .orElse(ByteString.EMPTY);
  }

  private static ByteString key(TxnOperation operation) {
    return switch (operation.getOperationCase()) {
      case GET -> operation.getGet().getKey();
      case SCAN -> operation.getScan().getStart();
      case PUT -> operation.getPut().getKey();
      case DELETE -> operation.getDelete().getKey();
      case OPERATION_NOT_SET -> throw new IllegalStateException("an operation of no kind");
    };
  }

  private TxnOperation get(byte[] key) {
    return TxnOperation.newBuilder().setGet(Messages.get(key, Lock.NONE)).build();
  }

  private TxnOperation scan(Scan scan) {
    return TxnOperation.newBuilder().setScan(Messages.scan(scan)).build();
  }

  private TxnOperation put(byte[] key, byte[] value) {
    return TxnOperation.newBuilder().setPut(Messages.put(key, value)).build();
  }

  private TxnOperation delete(byte[] key) {
    return TxnOperation.newBuilder().setDelete(Messages.delete(key)).build();
  }

  /** One run, of as many calls as it takes. */
  private final class Run {
    private final Backoff backoff = new Backoff(context.random());
    private final long deadlineNanos = context.now() + options.deadline().toNanos();
    private TransactionName name = context.newName();

    /** Set when a call of this id got no answer: then another id could do it twice. */
    private @Nullable TroupeClientException lost;

    private int attempts = 1;

    ExecuteResult run() {
      while (true) {
        Endpoints.Endpoint endpoint = context.endpoints().current();
        try {
          return read(call(endpoint));
        } catch (TroupeClientException e) {
          if (Failures.isNodeGone(e)) {
            context.endpoints().gone(endpoint);
          }
          prepareNext(e);
        }
      }
    }

    private ExecuteResponse call(Endpoints.Endpoint endpoint) {
      long left = deadlineNanos - context.now();
      long patience = Math.clamp(left, TimeUnit.MILLISECONDS.toNanos(1), context.answerNanos());
      try {
        return ClientCalls.blockingUnaryCall(
            endpoint.channel(),
            TxnGrpc.getExecuteMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(patience, TimeUnit.NANOSECONDS),
            request
                .setTransactionId(ClientContext.bytes(name.id()))
                .setChosenAfter(name.chosenAfter())
                .build());
      } catch (StatusRuntimeException e) {
        throw Failures.of(e.getStatus(), e.getTrailers());
      }
    }

    private void prepareNext(TroupeClientException failure) {
      if (failure.retry() == Retry.UNKNOWN_OUTCOME) {
        lost = failure;
      } else if (lost == null) {
        newAttempt(failure);
      } else if (isAborted()) {
        lost = null;
        newAttempt(failure);
      }
      long pause = backoff.nextNanos();
      if (Thread.currentThread().isInterrupted() || context.now() + pause - deadlineNanos >= 0) {
        throw lost == null ? failure : ambiguous(lost);
      }
      try {
        context.pause(pause);
      } catch (TroupeClientException e) {
        throw lost == null ? e : ambiguous(e);
      }
    }

    /** Nothing has happened, and what comes next is another transaction. */
    private void newAttempt(TroupeClientException failure) {
      if (!Failures.mayRunAgain(failure) || attempts >= options.attemptsMax()) {
        throw failure;
      }
      options.onRetry().accept(failure);
      attempts++;
      name = context.newName();
    }

    /** Whether the call without an answer is known to have done nothing. */
    private boolean isAborted() {
      return new OutcomeResolver(context)
              .settle(name.id(), request.getNamespace(), List.of(anchor()), context.now())
              .state()
          == TransactionOutcome.State.ABORTED;
    }

    private AmbiguousCommitException ambiguous(TroupeClientException failure) {
      return new AmbiguousCommitException(
          name.id(),
          anchor().toByteArray(),
          "no answer for transaction %s: %s".formatted(name.id(), failure.getMessage()),
          failure);
    }

    private ExecuteResult read(ExecuteResponse response) {
      context.told(response.getVersion());
      return new ExecuteResult(
          response.getMatched(),
          response.getResultsList().stream().map(Execute::read).toList(),
          response.getVersion(),
          name.id());
    }
  }

  private static ExecuteResult.Answer read(TxnOperationResult result) {
    return switch (result.getResultCase()) {
      case GET ->
          new ExecuteResult.Answer.Value(
              Messages.value(result.getGet()), result.getGet().getVersion());
      case SCAN ->
          new ExecuteResult.Answer.Rows(
              Messages.rows(result.getScan()), !result.getScan().hasResume());
      case DONE -> new ExecuteResult.Answer.Done();
      case RESULT_NOT_SET ->
          throw new TroupeClientException(
              ErrorCode.INTERNAL.name(),
              "an operation was answered with nothing",
              Retry.UNKNOWN_OUTCOME,
              null);
    };
  }
}
