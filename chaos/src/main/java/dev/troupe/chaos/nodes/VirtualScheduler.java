package dev.troupe.chaos.nodes;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The timer of an actor system on virtual time. Named in the configuration and made by Pekko, which
 * knows no node: what is scheduled before {@link #start} waits for it. A task is handed to its
 * executor when it is due, as by Pekko's own timer; on a processor that is paused it comes late.
 */
public final class VirtualScheduler extends AbstractScheduler {
  private @Nullable VirtualCpu cpu;
  private final List<Timed> early = new ArrayList<>();

  /** The signature that Pekko asks for. */
  public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

  /** Begins to fire. */
  void start(VirtualCpu running) {
    cpu = running;
    early.forEach(timed -> running.after(timed.delayNanos, timed));
    early.clear();
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    return begin(new Timed(delay.toNanos(), 0, task, executor));
  }

  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable task,
      ExecutionContext executor) {
    return begin(new Timed(initialDelay.toNanos(), interval.toNanos(), task, executor));
  }

  private Timed begin(Timed timed) {
    VirtualCpu running = cpu;
    if (running == null) {
      early.add(timed);
    } else {
      running.after(timed.delayNanos, timed);
    }
    return timed;
  }

  @Override
  public double maxFrequency() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  /** A task; repeated when its interval is above zero. */
  private final class Timed implements Cancellable, Runnable {
    private final long delayNanos;
    private final long intervalNanos;
    private final Runnable task;
    private final ExecutionContext executor;
    private boolean ended;

    Timed(long delayNanos, long intervalNanos, Runnable task, ExecutionContext executor) {
      this.delayNanos = delayNanos;
      this.intervalNanos = intervalNanos;
      this.task = task;
      this.executor = executor;
    }

    @Override
    public void run() {
      if (ended) {
        return;
      }
      VirtualCpu running = cpu;
      if (running != null && running.isPaused()) {
        // A stopped process hands nothing over either.
        running.execute(this);
        return;
      }
      ended = intervalNanos == 0;
      executor.execute(this::fire);
    }

    private void fire() {
      try {
        task.run();
        VirtualCpu running = cpu;
        if (!ended && running != null) {
          running.after(intervalNanos, this);
        }
      } catch (SchedulerException receiverIsGone) {
        // Pekko's word for it: the series ends.
        ended = true;
      }
    }

    @Override
    public boolean cancel() {
      boolean first = !ended;
      ended = true;
      return first;
    }

    @Override
    public boolean isCancelled() {
      return ended;
    }
  }
}
