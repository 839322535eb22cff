package dev.troupe.node.grpc;

import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One Session stream: one interactive transaction, whose requests go to the port in order and
 * without waiting for each other's answers.
 *
 * <p>A client may send Commit behind requests whose answers it has not seen. So that a part of a
 * transaction is never committed, every failure but LOCK_NOT_AVAILABLE ends the transaction, and a
 * Commit goes to the port only after everything before it has been answered without a failure.
 *
 * <p>Bounds: while as many requests, or as many bytes of requests and answers, as the limits allow
 * wait for their answer to be written, no further message is asked for; gRPC's flow control then
 * holds the client back, also one that does not read its answers.
 *
 * <p>Owned by the stream's transport thread: gRPC calls it there, and the port's answers are moved
 * there.
 */
final class TxnSessionStream implements StreamObserver<TxnSessionRequest> {
  private final TxnDispatch dispatch;
  private final TxnLimits limits;
  private final Executor transportThread;
  private final CallFailures failures;
  private final OptionalLong callNanos;
  private final ServerCallStreamObserver<TxnSessionResponse> out;

  private final Queue<Outgoing> answers = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean left = new AtomicBoolean();
  private Phase phase = Phase.NEW;
  private volatile @Nullable Begun begun;
  private @Nullable Received heldCommit;

  /** Requests of which the port has not answered. */
  private int outstanding;

  /** Requests whose answer is not written, and what they and their answers hold of the heap. */
  private int unwritten;

  private long unwrittenBytes;
  private boolean messageAskedFor;
  private boolean halfClosed;

  /** The answer to Commit or Rollback is among the answers, or was written. */
  private boolean lastAnswered;

  private volatile boolean over;

  private enum Phase {
    /** Begin has not come. */
    NEW,
    OPEN,
    /** Commit or Rollback has come and is not answered. */
    ENDING,
    ENDED
  }

  private record Begun(Transactions.Session session, Namespace namespace) {}

  /**
   * A request on its way.
   *
   * @param size of the message
   * @param weight what counts against the bound until the answer is there
   */
  private record Received(long id, TxnSessionRequest.RequestCase kind, long size, long weight) {
    boolean isEnd() {
      return kind == TxnSessionRequest.RequestCase.COMMIT
          || kind == TxnSessionRequest.RequestCase.ROLLBACK;
    }
  }

  private record Outgoing(TxnSessionResponse message, long size) {}

  private TxnSessionStream(
      TxnDispatch dispatch,
      Executor transportThread,
      CallFailures failures,
      OptionalLong callNanos,
      ServerCallStreamObserver<TxnSessionResponse> out) {
    this.dispatch = dispatch;
    this.limits = dispatch.limits();
    this.transportThread = transportThread;
    this.failures = failures;
    this.callNanos = callNanos;
    this.out = out;
  }

  /** To be called while the service method runs: gRPC fixes flow control when it returns. */
  static TxnSessionStream open(
      TxnDispatch dispatch,
      Executor transportThread,
      CallFailures failures,
      ServerCallStreamObserver<TxnSessionResponse> out) {
    TxnSessionStream stream =
        new TxnSessionStream(dispatch, transportThread, failures, CallTime.leftNanos(), out);
    out.disableAutoRequest();
    out.setOnReadyHandler(stream::write);
    out.setOnCancelHandler(stream::end);
    TxnResponse.Failed refusal = dispatch.sessions().enter();
    if (refusal == null) {
      stream.askForMessage();
    } else {
      stream.over = true;
      failures.end(out, refusal.code(), refusal.message());
    }
    return stream;
  }

  @Override
  public void onNext(TxnSessionRequest message) {
    messageAskedFor = false;
    if (over) {
      return;
    }
    long size = message.getSerializedSize();
    Received received =
        new Received(message.getId(), message.getRequestCase(), size, size + assumed(message));
    unwritten++;
    unwrittenBytes += received.weight();
    Begun present = begun;
    if (present == null) {
      begin(received, message);
    } else if (phase == Phase.OPEN) {
      carryOut(present, received, message);
    } else {
      answer(
          received, TxnEncoder.failure(received.id(), alreadyEnded(), true), endsStream(received));
    }
    write();
  }

  @Override
  public void onError(Throwable cause) {
    end();
  }

  /** The client will ask nothing more: without a Commit that is a Rollback. */
  @Override
  public void onCompleted() {
    halfClosed = true;
    if (phase == Phase.OPEN) {
      endTransaction();
    }
    write();
  }

  private void begin(Received received, TxnSessionRequest message) {
    try {
      if (!message.hasBegin()) {
        throw TxnDecoder.invalid("the first request of a session must be Begin");
      }
      BeginRequest begin = message.getBegin();
      Namespace namespace = Namespace.of(begin.getNamespace());
      var id = TxnDecoder.idOrDrawn(begin.getTransactionId(), dispatch.ids());
      long wish = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(begin.getTimeoutMillis()));
      long deadline = dispatch.sessionDeadline(wish, callNanos);
      Transactions.Session session =
          dispatch.begin(
              id,
              TxnDecoder.named(begin.getTransactionId(), begin.getChosenAfter()),
              deadline,
              TxnDecoder.losses(begin));
      begun = new Begun(session, namespace);
      phase = Phase.OPEN;
      answer(received, TxnEncoder.begun(received.id(), id), false);
    } catch (TroupeException refusal) {
      over = true;
      leave();
      failures.end(out, refusal.code(), refusal.getMessage());
    }
  }

  private void carryOut(Begun present, Received received, TxnSessionRequest message) {
    TxnRequest request;
    try {
      request = TxnDecoder.request(present.namespace(), message);
    } catch (TroupeException refusal) {
      onFailure(received, new TxnResponse.Failed(refusal.code(), refusal.getMessage()));
      return;
    }
    if (received.isEnd()) {
      phase = Phase.ENDING;
    }
    if (request instanceof TxnRequest.Commit && outstanding > 0) {
      heldCommit = received;
    } else {
      send(present, received, request);
    }
  }

  private void send(Begun present, Received received, TxnRequest request) {
    outstanding++;
    dispatch.send(
        present.session(),
        TxnMethod.of(request),
        request,
        received.size(),
        response -> move(present, received, response));
  }

  /** Brings an answer to the owner's thread; always later, so that no answer overtakes its call. */
  private void move(Begun present, Received received, TxnResponse response) {
    try {
      transportThread.execute(() -> onAnswer(present, received, response));
    } catch (RejectedExecutionException e) {
      // The transport is gone, and the client with it.
      end();
    }
  }

  private void onAnswer(Begun present, Received received, TxnResponse response) {
    outstanding--;
    if (over) {
      return;
    }
    if (response instanceof TxnResponse.Failed failed) {
      onFailure(received, failed);
    } else {
      if (received.isEnd()) {
        phase = Phase.ENDED;
        closed.set(true);
      }
      answer(
          received,
          TxnEncoder.answer(received.id(), present.namespace(), response),
          received.isEnd());
    }
    releaseCommit(present);
    write();
  }

  private void releaseCommit(Begun present) {
    Received commit = heldCommit;
    if (commit == null || outstanding > 0) {
      return;
    }
    heldCommit = null;
    if (phase == Phase.ENDED) {
      answer(commit, TxnEncoder.failure(commit.id(), alreadyEnded(), true), true);
    } else {
      send(present, commit, new TxnRequest.Commit());
    }
  }

  private void onFailure(Received received, TxnResponse.Failed failed) {
    boolean ends =
        received.isEnd() || heldCommit != null || failed.code() != ErrorCode.LOCK_NOT_AVAILABLE;
    if (ends) {
      endTransaction();
    }
    answer(received, TxnEncoder.failure(received.id(), failed, ends), received.isEnd());
  }

  private boolean endsStream(Received received) {
    return received.isEnd() && phase == Phase.ENDED;
  }

  private void endTransaction() {
    phase = Phase.ENDED;
    closeSession();
  }

  private void answer(Received received, TxnSessionResponse message, boolean last) {
    long size = message.getSerializedSize();
    unwrittenBytes += size - received.weight();
    answers.add(new Outgoing(message, size));
    lastAnswered |= last;
  }

  private void write() {
    while (!over && !answers.isEmpty() && out.isReady()) {
      Outgoing next = answers.remove();
      unwritten--;
      unwrittenBytes -= next.size();
      out.onNext(next.message());
    }
    if (!over && unwritten == 0 && (lastAnswered || halfClosed)) {
      over = true;
      leave();
      out.onCompleted();
    }
    askForMessage();
  }

  private void askForMessage() {
    boolean room =
        unwritten < limits.sessionInFlight() && unwrittenBytes < limits.sessionInFlightBytes();
    if (room && !over && !messageAskedFor && !halfClosed && !lastAnswered) {
      messageAskedFor = true;
      out.request(1);
    }
  }

  /** The client is gone, or the transport. */
  private void end() {
    over = true;
    closeSession();
    leave();
  }

  private void closeSession() {
    Begun present = begun;
    if (present != null && closed.compareAndSet(false, true)) {
      present.session().close();
    }
  }

  private void leave() {
    if (left.compareAndSet(false, true)) {
      dispatch.sessions().leave();
    }
  }

  private static TxnResponse.Failed alreadyEnded() {
    return new TxnResponse.Failed(
        ErrorCode.TXN_ENDED, "the transaction of this session has ended; nothing was done");
  }

  /** What an answer that has not come yet counts as. */
  private static long assumed(TxnSessionRequest message) {
    return switch (message.getRequestCase()) {
      case GET -> RequestLimits.VALUE_BYTES_ASSUMED;
      case SCAN -> RequestLimits.SCAN_PAGE_BYTES;
      default -> 0;
    };
  }
}
