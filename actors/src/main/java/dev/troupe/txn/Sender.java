package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that may be repeated, until their outcome is known or the deadline has passed.
 * Owned by the transaction's coordinator; answers come in its turns.
 */
final class Sender {
  /** A try that has brought no answer for so long is given up: another replica may lead now. */
  private static final long TRY_NANOS = 5_000_000_000L;

  private static final long BACKOFF_MIN_NANOS = 5_000_000L;
  private static final long BACKOFF_MAX_NANOS = 200_000_000L;

  private final TransactionParts parts;
  private final Turns turns;
  private @Nullable Span span;

  Sender(TransactionParts parts, Turns turns) {
    this.parts = parts;
    this.turns = turns;
  }

  /** What is sent from now on is recorded under a span; null: not at all. */
  void trace(@Nullable Span above) {
    span = above;
  }

  /** What is recorded now is under it; null when nothing is. */
  @Nullable Span trace() {
    return span;
  }

  /**
   * Sends a request.
   *
   * @param reply gets a failure only when repeating does not help, or at the deadline: AMBIGUOUS
   *     when it may have been done
   */
  void send(KvRequest request, long deadline, Consumer<KvResponse> reply) {
    send(request, deadline, 0, false, reply);
  }

  /** As if a request had been sent from here, which somebody else sent, and got an answer. */
  void goOn(KvRequest request, long deadline, KvResponse answer, Consumer<KvResponse> reply) {
    answered(request, deadline, 0, false, answer, reply);
  }

  /** How long to wait for the answer to one try. */
  static long patience(long now, long deadline) {
    return deadline - now > TRY_NANOS ? now + TRY_NANOS : deadline;
  }

  private void send(
      KvRequest request, long deadline, int tries, boolean mayBeDone, Consumer<KvResponse> reply) {
    KvClient kv = span == null ? parts.kv() : parts.kv().under(span);
    kv.send(
        request,
        patience(parts.clock().nanos(), deadline),
        turns.callback(response -> answered(request, deadline, tries, mayBeDone, response, reply)));
  }

  private void answered(
      KvRequest request,
      long deadline,
      int tries,
      boolean mayBeDone,
      KvResponse response,
      Consumer<KvResponse> reply) {
    if (!(response instanceof KvResponse.Failed failed)) {
      reply.accept(response);
      return;
    }
    if (!isWorthRepeating(failed.code())) {
      reply.accept(
          mayBeDone && !helpsToDivide(request, failed.code()) ? ambiguous(failed) : failed);
      return;
    }
    boolean unknown =
        mayBeDone
            || (request instanceof KvRequest.Write
                && failed.code().retry() == ErrorCode.Retry.UNKNOWN_OUTCOME);
    long now = parts.clock().nanos();
    long backoff = Math.min(BACKOFF_MAX_NANOS, BACKOFF_MIN_NANOS << Math.min(tries, 6));
    if (deadline - now <= backoff) {
      reply.accept(unknown ? ambiguous(failed) : failed);
      return;
    }
    parts
        .later()
        .run(backoff, turns.callback(() -> send(request, deadline, tries + 1, unknown, reply)));
  }

  private static KvResponse ambiguous(KvResponse.Failed failed) {
    return new KvResponse.Failed(ErrorCode.AMBIGUOUS, failed.message());
  }

  /** A lost try of anything but a whole transaction does no harm when its keys are asked anew. */
  private static boolean helpsToDivide(KvRequest request, ErrorCode code) {
    return code == ErrorCode.CROSS_RANGE_BATCH && !(request instanceof KvRequest.CommitOnePhase);
  }

  private static boolean isWorthRepeating(ErrorCode code) {
    return code != ErrorCode.LOCK_NOT_AVAILABLE
        && (code.retry() == ErrorCode.Retry.SAFE
            || code.retry() == ErrorCode.Retry.UNKNOWN_OUTCOME);
  }
}
