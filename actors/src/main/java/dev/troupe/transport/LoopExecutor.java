package dev.troupe.transport;

import com.typesafe.config.Config;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * Lets the actors of a dispatcher run on an event loop: what comes from a socket reaches its actor,
 * and what the actor answers reaches a socket, without another thread being woken. The loop is
 * borrowed: it outlives the actor system. Named as {@code executor} in a dispatcher's settings;
 * made by Pekko.
 */
public final class LoopExecutor extends ExecutorServiceConfigurator {
  private final EventLoop loop;

  /** Hands the loop to an actor system. */
  public static final class LoopSetup extends Setup {
    private final EventLoop loop;

    public LoopSetup(EventLoop loop) {
      this.loop = loop;
    }
  }

  /** Called by Pekko. */
  public LoopExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    loop =
        prerequisites
            .settings()
            .setup()
            .get(LoopSetup.class)
            .orElseThrow(
                () -> new IllegalStateException("the actor system was made without a LoopSetup"))
            .loop;
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(
      String id, ThreadFactory threadFactory) {
    return () -> new Borrowed(loop);
  }

  private static final class Borrowed extends AbstractExecutorService {
    private final EventLoop loop;
    private volatile boolean shutdown;

    Borrowed(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
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
