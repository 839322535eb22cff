package dev.troupe.rocksdb.persistence;

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
            promise.failure(unwrap(error));
          }
        });
    return promise.future();
  }

  private static Throwable unwrap(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }
}
