package dev.troupe.client;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a transaction is run.
 *
 * @param namespace of all keys; empty for that of the client
 * @param deadline after which nothing is tried again, and the server rolls back what is still open
 * @param attemptsMax how often the body is run at most
 * @param onRetry told why the body will be run again, on the thread that runs it
 */
public record TransactionOptions(
    String namespace, Duration deadline, int attemptsMax, Consumer<TroupeClientException> onRetry) {
  private static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(30);

  public static final TransactionOptions DEFAULT =
      new TransactionOptions("", DEADLINE_DEFAULT, Integer.MAX_VALUE, why -> {});

  public TransactionOptions {
    if (attemptsMax < 1 || deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("a transaction needs an attempt and time for it");
    }
  }

  public TransactionOptions withNamespace(String name) {
    return new TransactionOptions(name, deadline, attemptsMax, onRetry);
  }

  public TransactionOptions withDeadline(Duration time) {
    return new TransactionOptions(namespace, time, attemptsMax, onRetry);
  }

  /** Runs the body a bounded number of times; 1 for never again. */
  public TransactionOptions withAttempts(int most) {
    return new TransactionOptions(namespace, deadline, most, onRetry);
  }

  public TransactionOptions withOnRetry(Consumer<TroupeClientException> listener) {
    return new TransactionOptions(namespace, deadline, attemptsMax, listener);
  }
}
