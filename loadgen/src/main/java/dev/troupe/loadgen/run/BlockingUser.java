package dev.troupe.loadgen.run;

/** A logical user that waits for its answers on a thread of its own. */
@FunctionalInterface
public interface BlockingUser {
  /**
   * Does one step, and records it.
   *
   * @param startNanos when it was to start: what its latency counts from
   */
  void step(long startNanos) throws InterruptedException;
}
