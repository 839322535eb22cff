package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.Closeable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The timer of an actor system that sleeps until something is due. Pekko's own wheel wakes its
 * thread at every tick whether anything is due or not, which alone costs an idle node more than its
 * heartbeats; its strength, masses of timers that are cancelled before they fire, is not needed
 * here: calls to other nodes share one sweep.
 *
 * <p>Fires up to {@link #FINE_NANOS} late, what is further away than {@link #LONG_NANOS} up to
 * {@link #COARSE_NANOS}: so what is due at about the same time costs one wake-up. Any thread. Named
 * in the configuration, made by Pekko.
 */
public final class QuietScheduler extends AbstractScheduler implements Closeable {
  private static final long FINE_NANOS = 10_000_000L;
  private static final long COARSE_NANOS = 100_000_000L;
  private static final long LONG_NANOS = 500_000_000L;

  private final LoggingAdapter log;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<Scheduler.TaskRunOnClose> onClose = ConcurrentHashMap.newKeySet();

  /** The signature that Pekko asks for. */
  public QuietScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    this.log = log;
    timer = new ScheduledThreadPoolExecutor(1, threads);
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    Once once = new Once(task, executor);
    once.start(SystemClocks.monotonic().nanos() + delay.toNanos());
    return once;
  }

  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable task,
      ExecutionContext executor) {
    Repeated repeated = new Repeated(task, executor, interval.toNanos());
    repeated.start(SystemClocks.monotonic().nanos() + initialDelay.toNanos());
    return repeated;
  }

  @Override
  public double maxFrequency() {
    return (double) TimeUnit.SECONDS.toNanos(1) / FINE_NANOS;
  }

  /** Drops what is not due yet, except for what asked to be run at the end. */
  @Override
  public void close() {
    timer.shutdownNow();
    for (Scheduler.TaskRunOnClose task : onClose) {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error(e, "A timer's task failed while the system ended");
      }
    }
    onClose.clear();
  }

  /** A task and its place in the timer. */
  private abstract class Timed implements Cancellable, Runnable {
    private final ExecutionContext executor;
    private @Nullable Future<?> place;
    private boolean cancelled;

    Timed(ExecutionContext executor) {
      this.executor = executor;
    }

    /** On the executor, when it is due. */
    abstract void fire();

    synchronized void start(long dueNanos) {
      if (cancelled) {
        return;
      }
      long now = SystemClocks.monotonic().nanos();
      long grain = dueNanos - now < LONG_NANOS ? FINE_NANOS : COARSE_NANOS;
      long delay = Math.floorDiv(dueNanos + grain - 1, grain) * grain - now;
      try {
        place = timer.schedule(this, delay, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        throw new IllegalStateException("the actor system has ended: its timer takes no tasks", e);
      }
    }

    @Override
    public final void run() {
      try {
        executor.execute(this::fire);
      } catch (RuntimeException e) {
        log.error(e, "A timer's task was not taken by its executor");
      }
    }

    @Override
    public synchronized boolean cancel() {
      boolean first = !cancelled && place != null && place.cancel(false);
      cancelled = true;
      return first;
    }

    @Override
    public synchronized boolean isCancelled() {
      return cancelled;
    }
  }

  private final class Once extends Timed {
    private final Runnable task;

    Once(Runnable task, ExecutionContext executor) {
      super(executor);
      this.task = task;
      if (task instanceof Scheduler.TaskRunOnClose last) {
        onClose.add(last);
      }
    }

    @Override
    void fire() {
      if (!(task instanceof Scheduler.TaskRunOnClose last) || onClose.remove(last)) {
        task.run();
      }
    }

    @Override
    public synchronized boolean cancel() {
      if (task instanceof Scheduler.TaskRunOnClose last) {
        onClose.remove(last);
      }
      return super.cancel();
    }
  }

  private final class Repeated extends Timed {
    private final Runnable task;
    private final long intervalNanos;
    private long due;

    Repeated(Runnable task, ExecutionContext executor, long intervalNanos) {
      super(executor);
      this.task = task;
      this.intervalNanos = intervalNanos;
    }

    @Override
    synchronized void start(long dueNanos) {
      due = dueNanos;
      super.start(dueNanos);
    }

    @Override
    void fire() {
      try {
        task.run();
        start(due + intervalNanos);
      } catch (SchedulerException e) {
        // Pekko's word for a receiver that is gone: the series ends.
        cancel();
      }
    }
  }
}
