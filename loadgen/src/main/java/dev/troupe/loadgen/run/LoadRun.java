package dev.troupe.loadgen.run;

import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.RunStats;
import dev.troupe.loadgen.report.Summary;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run of a group of users from beginning to end. {@link #execute} is called once and blocks;
 * {@link #stop} may be called from any thread to end it early.
 */
public final class LoadRun {
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_ANSWERS_SECONDS = 30;

  /**
   * How many users run for how long.
   *
   * @param users logical users, dealt out to the lanes in turn
   * @param warmup time whose results are forgotten
   * @param duration of the measurement that follows
   * @param stepsMax ends the run earlier, warm-up included
   * @param rate steps per second of all users together; 0 for as fast as they can
   */
  public record Plan(int users, Duration warmup, Duration duration, long stepsMax, double rate) {
    public Plan {
      if (users < 1 || rate < 0 || stepsMax < 1) {
        throw new IllegalArgumentException("users, rate and number of steps must be positive");
      }
    }

    /** A closed loop without warm-up that ends when the scripts do, or after the time given. */
    public static Plan untilDone(int users, Duration atMost) {
      return new Plan(users, Duration.ZERO, atMost, Long.MAX_VALUE, 0);
    }
  }

  /** Receives what happened in each second, on the thread that executes the run. */
  @FunctionalInterface
  public interface Observer {
    /**
     * @param sinceStartNanos end of the interval, counted from the start of the run
     * @param latencies of the interval, in nanoseconds, without empty ones
     * @param errors since the start of the measurement
     */
    void onInterval(
        long sinceStartNanos,
        boolean warmingUp,
        Map<OperationKind, Histogram> latencies,
        long errors);

    /** The warm-up is over. */
    default void onMeasurementBegun() {}

    /** The last answers are still to come; they do not count. */
    default void onMeasurementEnded() {}
  }

  private final Plan plan;
  private final RunStats stats = new RunStats();
  private final RunControl control;
  private final Observer observer;
  private boolean warmingUp;

  public LoadRun(Plan plan, Observer observer) {
    this.plan = plan;
    this.observer = observer;
    this.warmingUp = !plan.warmup().isZero();
    this.control = new RunControl(plan.users(), plan.stepsMax());
  }

  public void stop() {
    control.stop();
  }

  /** What happened so far; for users that record their steps themselves. */
  public RunStats stats() {
    return stats;
  }

  /**
   * @param scripts asked for once per user
   */
  public Summary execute(LoadClient client, IntFunction<Script> scripts)
      throws InterruptedException {
    return execute(
        user ->
            new User(client.lane(user), scripts.apply(user), pacer(user), control, stats).start());
  }

  /**
   * Runs users that wait, each on a virtual thread.
   *
   * @param users asked for once per user
   */
  public Summary executeBlocking(IntFunction<BlockingUser> users) throws InterruptedException {
    AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    Summary summary =
        execute(
            user ->
                Thread.ofVirtual()
                    .name("load-user-", user)
                    .start(new BlockingLoop(users.apply(user), pacer(user), control, fault)));
    if (fault.get() != null) {
      throw new IllegalStateException("a user of the run failed", fault.get());
    }
    return summary;
  }

  private Summary execute(IntConsumer startUser) throws InterruptedException {
    // In this order: what the timetable plans then lies within what is measured.
    beginMeasurement();
    control.begin();
    for (int i = 0; i < plan.users(); i++) {
      startUser.accept(i);
    }
    watch();
    stats.endMeasurement();
    observer.onMeasurementEnded();
    control.stop();
    if (!control.awaitUsers(TimeUnit.SECONDS.toNanos(LAST_ANSWERS_SECONDS))) {
      throw new IllegalStateException("users still wait for answers long after every deadline");
    }
    return stats.summary();
  }

  private void beginMeasurement() {
    observer.onMeasurementBegun();
    stats.beginMeasurement();
  }

  private Pacer pacer(int user) {
    return plan.rate() == 0 ? Pacer.closedLoop() : Pacer.openLoop(plan.rate(), user, plan.users());
  }

  private void watch() throws InterruptedException {
    long start = control.startNanos();
    long measureFrom = start + plan.warmup().toNanos();
    long end = measureFrom + plan.duration().toNanos();
    long tick = start + TICK_NANOS;
    boolean finished = false;
    while (!finished) {
      long now = System.nanoTime();
      if (warmingUp && now - measureFrom >= 0) {
        warmingUp = false;
        stats.takeInterval();
        beginMeasurement();
      }
      if (now - tick >= 0) {
        tick += TICK_NANOS;
        observer.onInterval(now - start, warmingUp, stats.takeInterval(), stats.errorCount());
      }
      long next = Math.min(tick - now, warmingUp ? measureFrom - now : end - now);
      finished = control.awaitUsers(Math.max(0, next)) || control.stopping();
      finished |= System.nanoTime() - end >= 0;
    }
  }
}
