package dev.troupe.loadgen.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Starts and ends the users of a run. Any thread. */
final class RunControl {
  private volatile long startNanos;
  private final AtomicLong turnsLeft;
  private final CountDownLatch running;
  private volatile boolean stopping;

  /**
   * @param stepsMax how many steps all users may take together
   */
  RunControl(int users, long stepsMax) {
    this.running = new CountDownLatch(users);
    this.turnsLeft = new AtomicLong(stepsMax);
  }

  /** The timetable of the run begins now. Before any user starts. */
  void begin() {
    startNanos = System.nanoTime();
  }

  long startNanos() {
    return startNanos;
  }

  boolean stopping() {
    return stopping;
  }

  /** Whether a user may begin another step. */
  boolean takeTurn() {
    return !stopping && turnsLeft.getAndDecrement() > 0;
  }

  void stop() {
    stopping = true;
  }

  void userFinished() {
    running.countDown();
  }

  /** Whether all users have finished by then. */
  boolean awaitUsers(long nanos) throws InterruptedException {
    return running.await(nanos, TimeUnit.NANOSECONDS);
  }
}
