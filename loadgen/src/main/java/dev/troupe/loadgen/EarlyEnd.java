package dev.troupe.loadgen;

import dev.troupe.loadgen.run.LoadRun;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C or SIGTERM end a run early but properly: the report is still printed. To be closed
 * when it is. Any thread.
 */
public final class EarlyEnd implements AutoCloseable {
  private static final Duration LOAD_REPORT_LIMIT = Duration.ofSeconds(10);

  private final Duration reportLimit;
  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook;

  EarlyEnd(LoadRun run) {
    this(run::stop, LOAD_REPORT_LIMIT);
  }

  /**
   * From now on until it is closed.
   *
   * @param stop tells the run to end; must not wait for it
   * @param reportLimit how long the process then waits for the report
   */
  public EarlyEnd(Runnable stop, Duration reportLimit) {
    this.reportLimit = reportLimit;
    this.hook =
        Thread.ofPlatform()
            .name("load-early-end")
            .unstarted(
                () -> {
                  stop.run();
                  awaitReport();
                });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitReport() {
    try {
      reported.await(reportLimit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    reported.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is going down already, which is what the hook is for.
      Thread.currentThread().setName("load-ending");
    }
  }
}
