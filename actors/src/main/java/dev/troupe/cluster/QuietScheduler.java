package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.Closeable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The timer of an actor system that sleeps until something is due. Pekko's own wheel wakes its
 * thread at every tick whether anything is due or not, which alone costs an idle node more than its
 * heartbeats; its strength, masses of timers that are cancelled before they fire, is not needed
 * here: calls to other nodes share one sweep.
 *
 * <p>What is due at about the same time costs one wake-up: a delay of less than {@link #LONG_NANOS}
 * may grow by {@link #FINE_NANOS}, a longer one by {@link #COARSE_NANOS}, and one of nearly a
 * second or more by half a second. A series at a fixed rate begins so much late and keeps its rate.
 * One with a fixed delay of a second or more, which is what idle nodes have dozens of, runs at the
 * whole second of the monotonic clock that is nearest: up to half a second early, and all of them
 * at once. And the thread is woken only for what is due before anything else. Any thread. Named in
 * the configuration, made by Pekko.
 */
public final class QuietScheduler extends AbstractScheduler implements Closeable {
  private static final long FINE_NANOS = 10_000_000L;
  private static final long COARSE_NANOS = 125_000_000L;
  private static final long LONG_NANOS = 400_000_000L;
  private static final long VERY_LONG_NANOS = 900_000_000L;
  private static final long HALF_SECOND_NANOS = 500_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final LoggingAdapter log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sooner = lock.newCondition();

  /** By the moment at which it is due; guarded by the lock. */
  private final TreeMap<Long, Set<Timed>> waiting = new TreeMap<>();

  private boolean closed;
  private final Set<Scheduler.TaskRunOnClose> onClose = ConcurrentHashMap.newKeySet();

  /** The signature that Pekko asks for. */
  public QuietScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    this.log = log;
    threads.newThread(this::serve).start();
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    Once once = new Once(task, executor);
    once.start(onGrid(SystemClocks.monotonic().nanos() + delay.toNanos(), delay.toNanos()));
    return once;
  }

  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable task,
      ExecutionContext executor) {
    long nanos = interval.toNanos();
    Series repeated = new Series(task, executor, due -> due + nanos);
    long first = SystemClocks.monotonic().nanos() + initialDelay.toNanos();
    repeated.start(onGrid(first, nanos));
    return repeated;
  }

  @Override
  public Cancellable scheduleWithFixedDelay(
      FiniteDuration initialDelay, FiniteDuration delay, Runnable task, ExecutionContext executor) {
    long nanos = delay.toNanos();
    if (nanos < SECOND_NANOS) {
      return super.scheduleWithFixedDelay(initialDelay, delay, task, executor);
    }
    Series spaced =
        new Series(task, executor, due -> wholeSecond(SystemClocks.monotonic().nanos() + nanos));
    long first = SystemClocks.monotonic().nanos() + initialDelay.toNanos();
    spaced.start(onGrid(first, initialDelay.toNanos()));
    return spaced;
  }

  /** The whole second that is nearest to a moment. */
  static long wholeSecond(long nanos) {
    return Math.floorDiv(nanos + HALF_SECOND_NANOS, SECOND_NANOS) * SECOND_NANOS;
  }

  /** The first moment from then on at which what is so far away may be due. */
  static long onGrid(long nanos, long awayNanos) {
    long grain = FINE_NANOS;
    if (awayNanos >= LONG_NANOS) {
      grain = awayNanos < VERY_LONG_NANOS ? COARSE_NANOS : HALF_SECOND_NANOS;
    }
    return Math.ceilDiv(nanos, grain) * grain;
  }

  @Override
  public double maxFrequency() {
    return (double) TimeUnit.SECONDS.toNanos(1) / FINE_NANOS;
  }

  /** Drops what is not due yet, except for what asked to be run at the end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      sooner.signal();
    } finally {
      lock.unlock();
    }
    for (Scheduler.TaskRunOnClose task : onClose) {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error(e, "A timer's task failed while the system ended");
      }
    }
    onClose.clear();
  }

  /** The thread's work: nothing but sleeping and handing out what is due. */
  private void serve() {
    try {
      for (List<Timed> due = next(); !due.isEmpty(); due = next()) {
        due.forEach(Timed::hand);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it but who wants it to end.
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until something is due; nothing at the end. */
  private List<Timed> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Map.Entry<Long, Set<Timed>> first = waiting.firstEntry();
        if (first == null) {
          sooner.await();
          continue;
        }
        long left = first.getKey() - SystemClocks.monotonic().nanos();
        if (left <= 0) {
          waiting.pollFirstEntry();
          return List.copyOf(first.getValue());
        }
        sooner.awaitNanos(left);
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it waits now: at the end nothing does. */
  private boolean add(Timed timed, long dueNanos) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      boolean isNext = waiting.isEmpty() || dueNanos < waiting.firstKey();
      waiting.computeIfAbsent(dueNanos, due -> new LinkedHashSet<>()).add(timed);
      if (isNext) {
        sooner.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it was still waiting. */
  private boolean remove(Timed timed, long dueNanos) {
    lock.lock();
    try {
      Set<Timed> together = waiting.get(dueNanos);
      if (together == null || !together.remove(timed)) {
        return false;
      }
      if (together.isEmpty()) {
        waiting.remove(dueNanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A task and its place in the timer. */
  private abstract class Timed implements Cancellable {
    private final ExecutionContext executor;
    private long dueNanos;
    private boolean cancelled;

    Timed(ExecutionContext executor) {
      this.executor = executor;
    }

    /** On the executor, when it is due. */
    abstract void fire();

    synchronized void start(long due) {
      if (!again(due) && !cancelled) {
        // As Pekko's own timer says it: series of its own end quietly at this cause.
        String why = "the actor system has ended: its timer takes no tasks";
        throw new IllegalStateException(why, new SchedulerException(why));
      }
    }

    /** Whether it waits now; not when it was cancelled, and not at the end. */
    synchronized boolean again(long due) {
      if (cancelled) {
        return false;
      }
      dueNanos = due;
      return add(this, due);
    }

    synchronized long due() {
      return dueNanos;
    }

    private void hand() {
      try {
        executor.execute(this::fire);
      } catch (RuntimeException e) {
        log.error(e, "A timer's task was not taken by its executor");
      }
    }

    /** Whether cancelling helps although it has just been handed out. */
    boolean goesOn() {
      return false;
    }

    @Override
    public synchronized boolean cancel() {
      boolean first = !cancelled && (remove(this, dueNanos) || goesOn());
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

  /** Again and again; each time says when next, given when it was due. */
  private final class Series extends Timed {
    private final Runnable task;
    private final LongUnaryOperator next;

    Series(Runnable task, ExecutionContext executor, LongUnaryOperator next) {
      super(executor);
      this.task = task;
      this.next = next;
    }

    @Override
    boolean goesOn() {
      return true;
    }

    @Override
    void fire() {
      try {
        task.run();
        again(next.applyAsLong(due()));
      } catch (SchedulerException e) {
        // Pekko's word for a receiver that is gone: the series ends.
        cancel();
      }
    }
  }
}
