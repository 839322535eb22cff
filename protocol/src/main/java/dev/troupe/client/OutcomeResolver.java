package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.client.TransactionOutcome.State;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.TxnGrpc;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds out what became of a transaction whose answer was lost, by asking any node. Any thread. */
final class OutcomeResolver {
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /**
   * How long "unknown" is doubted: a commit that was on its way when the connection broke may still
   * arrive. It stays unknown after that, and is reported as such.
   */
  private static final long UNKNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ClientContext context;

  OutcomeResolver(ClientContext context) {
    this.context = context;
  }

  /**
   * Asks until it is settled, or until then.
   *
   * @param anchors the keys under which the outcome may be kept; at least one
   * @return COMMITTED or ABORTED; the others when time is up
   */
  TransactionOutcome settle(UUID id, String namespace, List<ByteString> anchors, long untilNanos) {
    Backoff backoff = new Backoff(context.random());
    long unknownSince = 0;
    while (true) {
      TransactionOutcome outcome = ask(id, namespace, anchors, untilNanos);
      if (outcome != null && isSettled(outcome)) {
        return outcome;
      }
      long now = context.now();
      boolean unknown = outcome != null && outcome.state() == State.UNKNOWN;
      unknownSince = !unknown ? 0 : unknownSince == 0 ? now : unknownSince;
      if (now - untilNanos >= 0 || (unknown && now - unknownSince >= UNKNOWN_NANOS)) {
        return outcome == null ? new TransactionOutcome(State.UNKNOWN, 0) : outcome;
      }
      context.pause(backoff.nextNanos());
    }
  }

  /** Asks once, at the node in use; null when it did not answer. */
  private @Nullable TransactionOutcome ask(
      UUID id, String namespace, List<ByteString> anchors, long untilNanos) {
    TransactionOutcome seen = null;
    for (ByteString anchor : anchors) {
      Endpoints.Endpoint endpoint = context.endpoints().current();
      try {
        TransactionOutcome outcome = ask(endpoint, id, namespace, anchor, untilNanos);
        if (isSettled(outcome)) {
          return outcome;
        }
        seen = seen == null || seen.state() == State.UNKNOWN ? outcome : seen;
      } catch (TroupeClientException e) {
        if (e.retry() == Retry.NEVER) {
          throw e;
        }
        if (Failures.isNodeGone(e)) {
          context.endpoints().gone(endpoint);
        }
        return null;
      }
    }
    return seen;
  }

  private TransactionOutcome ask(
      Endpoints.Endpoint endpoint, UUID id, String namespace, ByteString anchor, long untilNanos) {
    long patience = Math.clamp(untilNanos - context.now(), ASK_NANOS / 10, ASK_NANOS);
    try {
      GetTransactionOutcomeResponse response =
          ClientCalls.blockingUnaryCall(
              endpoint.channel(),
              TxnGrpc.getGetTransactionOutcomeMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(patience, TimeUnit.NANOSECONDS),
              GetTransactionOutcomeRequest.newBuilder()
                  .setTransactionId(ClientContext.bytes(id))
                  .setNamespace(namespace)
                  .setFirstKey(anchor)
                  .build());
      return read(response);
    } catch (StatusRuntimeException e) {
      throw Failures.of(e.getStatus(), e.getTrailers());
    }
  }

  private static boolean isSettled(TransactionOutcome outcome) {
    return outcome.state() == State.COMMITTED || outcome.state() == State.ABORTED;
  }

  private static TransactionOutcome read(GetTransactionOutcomeResponse response) {
    return switch (response.getOutcome()) {
      case TXN_OUTCOME_COMMITTED -> new TransactionOutcome(State.COMMITTED, response.getVersion());
      case TXN_OUTCOME_ABORTED -> new TransactionOutcome(State.ABORTED, 0);
      case TXN_OUTCOME_PENDING -> new TransactionOutcome(State.PENDING, 0);
      case TXN_OUTCOME_UNKNOWN, UNRECOGNIZED -> new TransactionOutcome(State.UNKNOWN, 0);
    };
  }
}
