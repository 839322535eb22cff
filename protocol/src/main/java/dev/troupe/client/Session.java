package dev.troupe.client;

import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.CommitRequest;
import dev.troupe.v1.RollbackRequest;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one attempt of a transaction. Used by one thread, which waits here for answers;
 * gRPC's threads only fill the queue.
 *
 * <p>Writes are sent without waiting. One that fails without ending the transaction dooms it: what
 * comes later would build on something that is missing. Nothing but {@link #clearDoom} helps then.
 * {@link #commit} is sent when all writes are known to have succeeded.
 */
final class Session implements AutoCloseable {
  /** Bounds of what is sent ahead of the answers. */
  private static final int AHEAD_MAX = 256;

  private static final int AHEAD_BYTES_MAX = 4 << 20;

  /** Nothing can keep a node from answering a begin for longer than a stall. */
  private static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** After the deadline, for the answer to a commit and for saying goodbye. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final long BEGIN_ID = 1;

  private sealed interface Event {
    record Answered(TxnSessionResponse response) implements Event {}

    record Closed(Status status, @Nullable Metadata trailers) implements Event {}
  }

  private final ClientContext context;
  private final UUID id;
  private final long deadlineNanos;
  private final Endpoints.Endpoint endpoint;
  private final ClientCall<TxnSessionRequest, TxnSessionResponse> call;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Bytes of the requests that nobody waits for, by id. */
  private final Map<Long, Integer> ahead = new HashMap<>();

  private final Map<Long, TxnSessionResponse> answers = new HashMap<>();
  private int aheadBytes;
  private long lastId = BEGIN_ID;
  private long commitId;
  private boolean begun;
  private boolean finished;

  /** Why nothing more can be asked. */
  private @Nullable TroupeClientException over;

  /** Why nothing more can be done but rolling back to a savepoint. */
  private @Nullable TroupeClientException doom;

  private long doomedBy;
  private @Nullable TroupeClientException latest;

  Session(
      ClientContext context,
      TransactionName name,
      String namespace,
      long deadlineNanos,
      int losses) {
    this.context = context;
    this.id = name.id();
    this.deadlineNanos = deadlineNanos;
    this.endpoint = context.endpoints().current();
    long left = Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadlineNanos - context.now());
    this.call =
        endpoint
            .channel()
            .newCall(
                TxnGrpc.getSessionMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(left + GRACE_NANOS, TimeUnit.NANOSECONDS));
    call.start(new Listener(), new Metadata());
    call.request(Integer.MAX_VALUE);
    ahead.put(BEGIN_ID, 0);
    call.sendMessage(
        TxnSessionRequest.newBuilder()
            .setId(BEGIN_ID)
            .setBegin(
                BeginRequest.newBuilder()
                    .setTransactionId(ClientContext.bytes(id))
                    .setChosenAfter(name.chosenAfter())
                    .setNamespace(namespace)
                    .setLosses(losses)
                    .setTimeoutMillis(
                        (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(left) + 1)))
            .build());
  }

  UUID id() {
    return id;
  }

  /** Why the transaction has ended; null while it has not, or has committed. */
  @Nullable TroupeClientException end() {
    return over;
  }

  /** The failure of any request that was thrown last. */
  @Nullable TroupeClientException latestFailure() {
    return latest;
  }

  /** Sends a request that {@link #await} is to be called for. */
  long send(TxnSessionRequest.Builder request) {
    checkUsable();
    return sendUnchecked(request);
  }

  /** Sends a request that may be undone by rolling back, whatever has failed since. */
  long sendDespiteDoom(TxnSessionRequest.Builder request) {
    if (over != null) {
      throw thrown(over);
    }
    checkOpen();
    return sendUnchecked(request);
  }

  /** Sends a request whose failure is told later. */
  void sendAhead(TxnSessionRequest.Builder request, int bytes) {
    checkUsable();
    while (ahead.size() >= AHEAD_MAX || (aheadBytes > 0 && aheadBytes + bytes > AHEAD_BYTES_MAX)) {
      take();
    }
    checkUsable();
    ahead.put(sendUnchecked(request), bytes);
    aheadBytes += bytes;
  }

  /** Waits for the answer; a failure of it, or of a write sent before it, is thrown. */
  TxnSessionResponse await(long requestId) {
    TxnSessionResponse answer = answers.remove(requestId);
    while (answer == null) {
      take();
      answer = answers.remove(requestId);
    }
    if (doom != null && doomedBy < requestId && !answer.hasDone()) {
      throw thrown(doom);
    }
    if (answer.hasFailure()) {
      throw thrown(failed(answer));
    }
    return answer;
  }

  /** All that has failed since that request has been undone. */
  void clearDoom(long since) {
    if (doom != null && doomedBy > since) {
      doom = null;
    }
  }

  /**
   * Commits.
   *
   * @return the commit's version
   * @throws TroupeClientException of the class UNKNOWN_OUTCOME when it may have been committed
   */
  long commit() {
    checkUsable();
    while (!ahead.isEmpty()) {
      take();
    }
    checkUsable();
    commitId =
        sendUnchecked(TxnSessionRequest.newBuilder().setCommit(CommitRequest.newBuilder().build()));
    call.halfClose();
    long version = await(commitId).getCommit().getVersion();
    context.told(version);
    finished = true;
    return version;
  }

  /** Rolls back what was not committed, and lets go of the stream. */
  @Override
  public void close() {
    if (finished) {
      return;
    }
    finished = true;
    if (over == null && commitId == 0) {
      sendUnchecked(
          TxnSessionRequest.newBuilder().setRollback(RollbackRequest.getDefaultInstance()));
      call.halfClose();
    } else {
      call.cancel("the transaction has ended", null);
    }
  }

  private long sendUnchecked(TxnSessionRequest.Builder request) {
    call.sendMessage(request.setId(++lastId).build());
    return lastId;
  }

  private void checkUsable() {
    if (over != null) {
      throw thrown(over);
    }
    if (doom != null) {
      throw thrown(doom);
    }
    checkOpen();
  }

  private TroupeClientException thrown(TroupeClientException failure) {
    latest = failure;
    return failure;
  }

  private void checkOpen() {
    if (finished) {
      throw new IllegalStateException("transaction " + id + " is used after its end");
    }
  }

  private void take() {
    Event event = next();
    switch (event) {
      case Event.Answered answered -> onAnswer(answered.response());
      case Event.Closed closed -> throw ended(closedBy(closed));
    }
  }

  private void onAnswer(TxnSessionResponse response) {
    begun = true;
    Integer bytes = ahead.remove(response.getId());
    if (bytes == null) {
      answers.put(response.getId(), response);
      return;
    }
    aheadBytes -= bytes;
    if (response.hasFailure()) {
      TroupeClientException failure = failed(response);
      if (over != null) {
        throw thrown(failure);
      }
      // The first one counts, in whatever order the answers come: it needs the oldest savepoint.
      if (doom == null || response.getId() < doomedBy) {
        doom = failure;
        doomedBy = response.getId();
      }
    }
  }

  private TroupeClientException failed(TxnSessionResponse response) {
    TxnFailure failure = response.getFailure();
    TroupeClientException told = Failures.of(failure.getFailure());
    boolean ofCommit = response.getId() == commitId;
    TroupeClientException meant = ofCommit ? told : Failures.nothingHappened(told);
    if (Failures.isNodeGone(meant)) {
      context.endpoints().gone(endpoint);
    }
    if (failure.getEnded() || ofCommit || response.getId() == BEGIN_ID) {
      over = over == null ? meant : over;
    }
    return meant;
  }

  private Event next() {
    long patience = begun ? context.answerNanos() : Math.min(BEGIN_NANOS, context.answerNanos());
    long left = deadlineNanos - context.now();
    boolean committing = commitId != 0;
    try {
      Event event =
          events.poll(committing ? patience : Math.min(patience, left), TimeUnit.NANOSECONDS);
      if (event != null) {
        return event;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ended(
          lost(TroupeClientException.INTERRUPTED, "interrupted while waiting for an answer", e));
    }
    boolean silent = committing || patience <= left;
    if (silent) {
      context.endpoints().gone(endpoint);
    }
    throw ended(
        lost(
            TroupeClientException.CLIENT_TIMEOUT,
            silent
                ? "no answer from " + endpoint.address() + " in time"
                : "the transaction did not end before its deadline and was rolled back",
            null));
  }

  private TroupeClientException closedBy(Event.Closed closed) {
    if (closed.status().isOk()) {
      return lost(
          TroupeClientException.CONNECTION_LOST,
          endpoint.address() + " has ended the stream without an answer",
          null);
    }
    TroupeClientException told = Failures.of(closed.status(), closed.trailers());
    if (Failures.isNodeGone(told)) {
      context.endpoints().gone(endpoint);
    }
    TroupeClientException placed =
        new TroupeClientException(
            told.reason(), endpoint.address() + ": " + told.detail(), told.retry(), told);
    // An open call is ended by what broke on the way: it says nothing about a commit.
    return commitId == 0
        ? Failures.nothingHappened(placed)
        : new TroupeClientException(told.reason(), placed.detail(), Retry.UNKNOWN_OUTCOME, told);
  }

  private TroupeClientException lost(String reason, String message, @Nullable Throwable cause) {
    Retry retry = commitId == 0 ? Retry.RESTART : Retry.UNKNOWN_OUTCOME;
    return new TroupeClientException(reason, message, retry, cause);
  }

  private TroupeClientException ended(TroupeClientException why) {
    over = over == null ? why : over;
    return thrown(over);
  }

  /** Hands everything over to the thread of the transaction. */
  private final class Listener extends ClientCall.Listener<TxnSessionResponse> {
    @Override
    public void onMessage(TxnSessionResponse response) {
      events.add(new Event.Answered(response));
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
      events.add(new Event.Closed(status, trailers));
    }
  }
}
