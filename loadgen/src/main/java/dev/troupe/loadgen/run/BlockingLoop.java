package dev.troupe.loadgen.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The steps of one blocking user, one after another, until the run ends. */
final class BlockingLoop implements Runnable {
  private final BlockingUser user;
  private final Pacer pacer;
  private final RunControl control;
  private final AtomicReference<@Nullable Throwable> fault;

  /**
   * @param fault gets what no user ought to throw, and the run ends
   */
  BlockingLoop(
      BlockingUser user,
      Pacer pacer,
      RunControl control,
      AtomicReference<@Nullable Throwable> fault) {
    this.user = user;
    this.pacer = pacer;
    this.control = control;
    this.fault = fault;
  }

  @Override
  public void run() {
    try {
      while (control.takeTurn()) {
        long start = control.startNanos() + pacer.plan(System.nanoTime() - control.startNanos());
        TimeUnit.NANOSECONDS.sleep(start - System.nanoTime());
        user.step(start);
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      fault.compareAndSet(null, e);
      control.stop();
    } finally {
      control.userFinished();
    }
  }
}
