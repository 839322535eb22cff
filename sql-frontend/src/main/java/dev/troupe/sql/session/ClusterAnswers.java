package dev.troupe.sql.session;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, on a session's thread, for what is asked of the cluster as an operator asks it. */
final class ClusterAnswers {
  private static final long WAIT_SECONDS = 30;

  private ClusterAnswers() {}

  /**
   * Waits for an answer; a cancellation of the statement ends the wait.
   *
   * @throws SqlException also for what has failed there
   */
  static <T> T await(SessionParts parts, CompletionStage<T> question) {
    // Of a copy: what ends early is this wait.
    CompletableFuture<T> answer =
        question
            .toCompletableFuture()
            .copy()
            .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
            .exceptionallyCompose(why -> CompletableFuture.failedFuture(told(why)));
    return parts.cancellation().await(answer);
  }

  private static Throwable told(Throwable failure) {
    Throwable why = failure;
    while (why instanceof CompletionException && why.getCause() != null) {
      why = why.getCause();
    }
    if (why instanceof TimeoutException) {
      return new SqlException(
              SqlState.CANNOT_CONNECT_NOW,
              "the cluster has not answered within " + WAIT_SECONDS + " seconds")
          .withHint("What was asked may still come about. It can be asked again.");
    }
    return why instanceof TroupeException told
        ? new SqlException(state(told.code()), told.getMessage())
        : why;
  }

  private static SqlState state(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> SqlState.INVALID_PARAMETER_VALUE;
      case PRECONDITION_FAILED -> SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE;
      default -> SqlState.CANNOT_CONNECT_NOW;
    };
  }
}
