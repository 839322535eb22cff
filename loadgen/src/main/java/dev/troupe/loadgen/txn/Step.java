package dev.troupe.loadgen.txn;

import dev.troupe.client.TransactionBody;
import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of a workload.
 *
 * @param kind under which it is counted
 * @param function what a history calls it
 * @param invoked what a history says of it before it is sent, and when its outcome is not ok
 * @param action sends it
 * @param completed what a history says when it is ok
 */
record Step<T>(
    OperationKind kind,
    String function,
    List<?> invoked,
    Action<T> action,
    Function<T, List<?>> completed) {
  /** Sends a transaction in whatever way. */
  @FunctionalInterface
  interface Action<T> {
    T run(TroupeClient client, TransactionOptions options);
  }

  static <T> Step<T> interactive(
      OperationKind kind,
      String function,
      List<?> invoked,
      TransactionBody<T, RuntimeException> body,
      Function<T, List<?>> completed) {
    return new Step<>(
        kind, function, invoked, (client, options) -> client.transaction(options, body), completed);
  }

  /** What is known at the end. */
  enum Fate {
    OK,
    /** Surely nothing happened. */
    FAILED,
    UNKNOWN
  }

  /**
   * How a step ended.
   *
   * @param value null unless OK
   */
  record Result<T>(Fate fate, @Nullable T value) {
    boolean ok() {
      return fate == Fate.OK;
    }
  }
}
