package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs the body of a transaction, again where nothing can have happened, and never where something
 * may have: a lost answer to a commit is asked for by the transaction's id first. Any thread.
 */
final class TransactionRunner {
  private static final int CAUSES_MAX = 16;

  private final ClientContext context;
  private final TransactionOptions options;
  private final String namespace;
  private final long deadlineNanos;
  private final Setbacks setbacks = new Setbacks();

  TransactionRunner(ClientContext context, TransactionOptions options) {
    this.context = context;
    this.options = options;
    this.namespace = context.namespaceOr(options.namespace());
    this.deadlineNanos = context.now() + options.deadline().toNanos();
  }

  <T extends @Nullable Object, E extends Exception> T run(TransactionBody<T, E> body) throws E {
    Backoff backoff = new Backoff(context.random());
    for (int attempt = 1; ; attempt++) {
      switch (attempt(body)) {
        case Attempt.Committed<T>(T result) -> {
          return result;
        }
        case Attempt.Failed<T>(TroupeClientException why) ->
            beforeNext(attempt, why, backoff.nextNanos());
      }
    }
  }

  private <T extends @Nullable Object, E extends Exception> Attempt<T> attempt(
      TransactionBody<T, E> body) throws E {
    try (Session session =
        new Session(context, context.newName(), namespace, deadlineNanos, setbacks.losses())) {
      Transaction transaction = new Transaction(session, setbacks);
      T result;
      try {
        result = body.run(transaction);
      } catch (Exception e) {
        TroupeClientException why = reasonToRunAgain(session, e);
        if (why == null) {
          throw e;
        }
        return new Attempt.Failed<>(why);
      }
      TroupeClientException failure = commit(session, transaction.anchors());
      return failure == null ? new Attempt.Committed<>(result) : new Attempt.Failed<>(failure);
    }
  }

  /** Waits before the next attempt, or throws why there is none. */
  private void beforeNext(int attempt, TroupeClientException why, long pauseNanos) {
    if (!Failures.mayRunAgain(why) || attempt >= options.attemptsMax()) {
      throw why;
    }
    if (context.now() + pauseNanos - deadlineNanos >= 0) {
      throw new TroupeClientException(
          why.reason(),
          "gave up after %d attempts in %d ms: %s"
              .formatted(attempt, options.deadline().toMillis(), why.detail()),
          why.retry(),
          why);
    }
    setbacks.after(why);
    options.onRetry().accept(why);
    context.pause(pauseNanos);
  }

  /**
   * A body may wrap or replace what it was thrown. It is run again when the transaction is what
   * failed, and not for exceptions of its own.
   */
  private static @Nullable TroupeClientException reasonToRunAgain(
      Session session, Exception thrown) {
    TroupeClientException latest = session.latestFailure();
    Throwable cause = thrown;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
      if (cause == latest) {
        return Failures.mayRunAgain(latest) ? latest : null;
      }
    }
    TroupeClientException end = session.end();
    return end != null && Failures.mayRunAgain(end) ? end : null;
  }

  /**
   * Commits.
   *
   * @return null when committed, else the failure after which nothing has happened
   */
  private @Nullable TroupeClientException commit(Session session, List<ByteString> anchors) {
    try {
      session.commit();
      return null;
    } catch (TroupeClientException e) {
      if (e.retry() != Retry.UNKNOWN_OUTCOME) {
        return e;
      }
      // What only reads has done nothing, whatever became of it.
      return anchors.isEmpty() ? Failures.nothingHappened(e) : settle(session.id(), anchors, e);
    }
  }

  private @Nullable TroupeClientException settle(
      UUID id, List<ByteString> anchors, TroupeClientException lost) {
    byte[] firstKey = anchors.get(0).toByteArray();
    TransactionOutcome outcome;
    try {
      long until = context.now() + context.answerNanos();
      outcome = new OutcomeResolver(context).settle(id, namespace, anchors, until);
    } catch (TroupeClientException e) {
      lost.addSuppressed(e);
      throw new AmbiguousCommitException(id, firstKey, "the outcome could not be asked for", lost);
    }
    return switch (outcome.state()) {
      case COMMITTED -> null;
      case ABORTED ->
          new TroupeClientException(
              ErrorCode.TXN_CONFLICT.name(),
              "transaction " + id + " was aborted; its answer was lost: " + lost.detail(),
              Retry.RESTART,
              lost);
      case PENDING, UNKNOWN ->
          throw new AmbiguousCommitException(
              id,
              firstKey,
              "transaction %s is %s after a lost answer (%s)"
                  .formatted(id, outcome.state(), lost.getMessage()),
              lost);
    };
  }

  /** How an attempt ended. */
  private sealed interface Attempt<T extends @Nullable Object> {
    record Committed<T extends @Nullable Object>(T result) implements Attempt<T> {}

    record Failed<T extends @Nullable Object>(TroupeClientException why) implements Attempt<T> {}
  }
}
