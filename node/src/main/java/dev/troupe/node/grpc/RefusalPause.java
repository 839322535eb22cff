package dev.troupe.node.grpc;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is refused for the load is told so after a pause: whoever comes again at once would
 * otherwise have the node say no all the time. Any thread.
 */
@FunctionalInterface
public interface RefusalPause {
  /** Returns at once; the refusal is told exactly once, later, and has to be short. */
  void beforeTelling(Runnable refusal);

  /**
   * A pause of {@link RequestLimits#REFUSAL_PAUSE_MILLIS}.
   *
   * @param threads asked for each refusal; those that have ended leave it to the caller, at once
   */
  static RefusalPause on(Supplier<? extends ScheduledExecutorService> threads) {
    return refusal -> {
      try {
        threads.get().schedule(refusal, RequestLimits.REFUSAL_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // The node ends, and its connections with it.
        refusal.run();
      }
    };
  }
}
