package dev.troupe.node.http;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for the cluster on a request's own virtual thread, and what a failure is answered by. */
final class Waits {
  private static final long SECONDS_MAX = 5;

  private Waits() {}

  /**
   * The stage's result.
   *
   * @throws TroupeException when it fails, or takes longer than five seconds
   */
  static <T> T result(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TroupeException known
          ? known
          : new TroupeException(ErrorCode.INTERNAL, "internal error: " + e.getCause());
    } catch (TimeoutException e) {
      throw new TroupeException(
          ErrorCode.DEADLINE_EXCEEDED, "the cluster did not answer within " + SECONDS_MAX + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TroupeException(ErrorCode.SHUTTING_DOWN, "the node is shutting down");
    }
  }

  /** The status by which HTTP clients decide whether to come again. */
  static int status(ErrorCode code) {
    return switch (code) {
      case DEADLINE_EXCEEDED -> 504;
      case INVALID_ARGUMENT -> 400;
      case OVERLOADED -> 429;
      default -> code.retry() == ErrorCode.Retry.SAFE ? 503 : 500;
    };
  }

  static Answer refusal(TroupeException e) {
    Answer answer = Answer.error(status(e.code()), e.code().name(), e.getMessage());
    return e.code() == ErrorCode.OVERLOADED ? answer.withHeader("Retry-After", "1") : answer;
  }
}
