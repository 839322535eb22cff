package dev.troupe.loadgen;

import dev.troupe.loadgen.run.LoadRun;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets Ctrl-C end a run early but properly: the report is still printed. */
final class EarlyEnd implements AutoCloseable {
  private static final long REPORT_SECONDS = 10;

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook;

  EarlyEnd(LoadRun run) {
    this.hook =
        Thread.ofPlatform()
            .name("load-early-end")
            .unstarted(
                () -> {
                  run.stop();
                  awaitReport();
                });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitReport() {
    try {
      reported.await(REPORT_SECONDS, TimeUnit.SECONDS);
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
