package dev.troupe.chaos.nodes;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * Lets every dispatcher of an actor system run on the node's {@link VirtualCpu}. Named as {@code
 * executor} in the dispatchers' settings; made by Pekko.
 */
public final class CpuExecutor extends ExecutorServiceConfigurator {
  private final VirtualCpu cpu;

  /** Hands the processor to an actor system. */
  static final class CpuSetup extends Setup {
    private final VirtualCpu cpu;

    CpuSetup(VirtualCpu cpu) {
      this.cpu = cpu;
    }
  }

  /** Called by Pekko. */
  public CpuExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    cpu =
        prerequisites
            .settings()
            .setup()
            .get(CpuSetup.class)
            .orElseThrow(
                () -> new IllegalStateException("the actor system was made without a CpuSetup"))
            .cpu;
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(
      String id, ThreadFactory threadFactory) {
    return () -> new Borrowed(cpu);
  }

  private static final class Borrowed extends AbstractExecutorService {
    private final VirtualCpu cpu;
    private boolean shutdown;

    Borrowed(VirtualCpu cpu) {
      this.cpu = cpu;
    }

    @Override
    public void execute(Runnable task) {
      cpu.execute(task);
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }
  }
}
