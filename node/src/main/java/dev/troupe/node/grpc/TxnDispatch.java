package dev.troupe.node.grpc;

import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries translated requests to the transaction port: deadlines and admission before, measuring
 * after. Any thread; never blocks.
 */
public final class TxnDispatch {
  /**
   * What limits the work.
   *
   * @param admission shared with the key-value service
   * @param requestTimeout for an Execute or a question that comes without a deadline
   */
  public record Bounds(
      Admission admission, OpenSessions sessions, TxnLimits limits, Duration requestTimeout) {}

  private final Transactions transactions;
  private final TxnIds ids;
  private final Bounds bounds;
  private final RequestObserver<TxnMethod> observer;
  private final MonotonicClock clock;
  private final @Nullable Tracing tracing;

  /** One that traces nothing. */
  public TxnDispatch(
      Transactions transactions,
      TxnIds ids,
      Bounds bounds,
      RequestObserver<TxnMethod> observer,
      MonotonicClock clock) {
    this(transactions, ids, bounds, observer, clock, null);
  }

  /**
   * @param tracing null where it is off
   */
  public TxnDispatch(
      Transactions transactions,
      TxnIds ids,
      Bounds bounds,
      RequestObserver<TxnMethod> observer,
      MonotonicClock clock,
      @Nullable Tracing tracing) {
    this.transactions = transactions;
    this.ids = ids;
    this.bounds = bounds;
    this.observer = observer;
    this.clock = clock;
    this.tracing = tracing;
  }

  TxnIds ids() {
    return ids;
  }

  OpenSessions sessions() {
    return bounds.sessions();
  }

  TxnLimits limits() {
    return bounds.limits();
  }

  /**
   * When a transaction is to be over.
   *
   * @param wishNanos what the request asks for; 0 for as long as the node allows
   * @param callNanos what is left of the call's own time
   * @throws TroupeException DEADLINE_EXCEEDED when that has passed
   */
  long sessionDeadline(long wishNanos, OptionalLong callNanos) {
    long most = bounds.limits().timeout().toNanos();
    return deadline(wishNanos == 0 ? most : Math.min(wishNanos, most), callNanos);
  }

  /**
   * When to give up on a single request.
   *
   * @throws TroupeException DEADLINE_EXCEEDED when the call's time has passed
   */
  long requestDeadline(OptionalLong callNanos) {
    return callNanos.isEmpty()
        ? deadline(bounds.requestTimeout().toNanos(), callNanos)
        : deadline(bounds.limits().timeout().toNanos(), callNanos);
  }

  private long deadline(long mostNanos, OptionalLong callNanos) {
    long left = callNanos.orElse(mostNanos);
    if (left <= 0) {
      throw new TroupeException(
          ErrorCode.DEADLINE_EXCEEDED, "the deadline had passed on arrival; nothing was done");
    }
    return clock.nanos() + Math.min(left, mostNanos);
  }

  /**
   * @throws TroupeException OVERLOADED when transactions had better not begin now
   */
  Transactions.Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
    KvResponse.Failed refusal = bounds.admission().refusal(Admission.Kind.BEGINNING);
    if (refusal != null) {
      observer.finished(TxnMethod.BEGIN, 0, refusal.code());
      throw new TroupeException(refusal.code(), refusal.message());
    }
    Span span = trace("txn");
    Transactions way = span == null ? transactions : transactions.tracedUnder(span);
    Transactions.Session session = way.begin(id, named, deadlineNanos, losses);
    observer.finished(TxnMethod.BEGIN, 0, null);
    return span == null ? session : new TracedSession(session, span);
  }

  /** Null for what is not recorded. */
  private @Nullable Span trace(String name) {
    return tracing == null ? null : tracing.begin(name, "grpc", TraceParents.current());
  }

  /**
   * Sends a request of a session.
   *
   * @param bytes size of the request as received
   * @param reply called exactly once, maybe before this returns
   */
  void send(
      Transactions.Session session,
      TxnMethod method,
      TxnRequest request,
      long bytes,
      Consumer<TxnResponse> reply) {
    // What ends a transaction frees more than it takes: refusing it would only make things worse.
    boolean counted = method != TxnMethod.COMMIT && method != TxnMethod.ROLLBACK;
    if (!counted) {
      session.send(request, measured(method, reply));
    } else if (admit(Admission.Kind.OF_TRANSACTION, method, bytes, reply)) {
      session.send(request, admitted(Admission.Kind.OF_TRANSACTION, method, bytes, reply));
    }
  }

  void execute(
      TxnRequest.OneShot request, long bytes, long deadlineNanos, Consumer<TxnResponse> reply) {
    if (admit(Admission.Kind.WRITE, TxnMethod.EXECUTE, bytes, reply)) {
      Span span = trace("txn.execute");
      Transactions way = span == null ? transactions : transactions.tracedUnder(span);
      Consumer<TxnResponse> told = span == null ? reply : TracedSession.ending(span, reply);
      way.execute(
          request, deadlineNanos, admitted(Admission.Kind.WRITE, TxnMethod.EXECUTE, bytes, told));
    }
  }

  void outcome(TxnId id, Key firstKey, long deadlineNanos, Transactions.OutcomeReply reply) {
    KvResponse.Failed refusal = bounds.admission().enter(Admission.Kind.OF_TRANSACTION, 0);
    if (refusal != null) {
      observer.finished(TxnMethod.GET_OUTCOME, 0, refusal.code());
      reply.failed(new TxnResponse.Failed(refusal.code(), refusal.message()));
      return;
    }
    long begun = clock.nanos();
    transactions.outcome(
        id,
        firstKey,
        deadlineNanos,
        new Transactions.OutcomeReply() {
          @Override
          public void known(Transactions.Known outcome) {
            leave(null);
            reply.known(outcome);
          }

          @Override
          public void failed(TxnResponse.Failed failure) {
            leave(failure.code());
            reply.failed(failure);
          }

          private void leave(@Nullable ErrorCode error) {
            bounds.admission().leave(Admission.Kind.OF_TRANSACTION, begun, 0);
            observer.finished(TxnMethod.GET_OUTCOME, clock.nanos() - begun, error);
          }
        });
  }

  private boolean admit(
      Admission.Kind kind, TxnMethod method, long bytes, Consumer<TxnResponse> reply) {
    KvResponse.Failed refusal = bounds.admission().enter(kind, bytes);
    if (refusal == null) {
      return true;
    }
    observer.finished(method, 0, refusal.code());
    reply.accept(new TxnResponse.Failed(refusal.code(), refusal.message()));
    return false;
  }

  private Consumer<TxnResponse> admitted(
      Admission.Kind kind, TxnMethod method, long bytes, Consumer<TxnResponse> reply) {
    Consumer<TxnResponse> measured = measured(method, reply);
    long entered = clock.nanos();
    return response -> {
      bounds.admission().leave(kind, entered, bytes);
      measured.accept(response);
    };
  }

  private Consumer<TxnResponse> measured(TxnMethod method, Consumer<TxnResponse> reply) {
    long begun = clock.nanos();
    return response -> {
      ErrorCode error = response instanceof TxnResponse.Failed failed ? failed.code() : null;
      observer.finished(method, clock.nanos() - begun, error);
      reply.accept(response);
    };
  }
}
