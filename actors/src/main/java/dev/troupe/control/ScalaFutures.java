package dev.troupe.control;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.concurrent.Promise$;

/** Pekko's plugin interfaces return Scala futures. */
final class ScalaFutures {
  private ScalaFutures() {}

  /** Completes as the stage does, with the exception that was thrown and not its wrapper. */
  static <T> Future<T> of(CompletionStage<T> stage) {
    Promise<T> promise = Promise$.MODULE$.apply();
    stage.whenComplete(
        (value, error) -> {
          if (error == null) {
            promise.success(value);
          } else {
            promise.failure(cause(error));
          }
        });
    return promise.future();
  }

  /** What was thrown, without the wrapper of stages. */
  static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }
}
