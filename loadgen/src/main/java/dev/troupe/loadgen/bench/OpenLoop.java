package dev.troupe.loadgen.bench;

import dev.troupe.loadgen.client.Lane;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Sends writes on a timetable, whether answers come or not; latencies count from the planned start.
 * Of a server that is too slow nobody is spared: what has no answer in time is lost.
 */
final class OpenLoop {
  private static final long TICK_MICROS = 1_000;
  private static final long WINDOW_MILLIS = 500;
  private static final int PERCENTILE = 99;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  /** More would only show the memory of this process. */
  private static final int UNANSWERED_MAX = 200_000;

  private OpenLoop() {}

  /** What became of the writes of some time. */
  record Result(
      double offeredPerSecond,
      double donePerSecond,
      double refusedPerSecond,
      double lostPerSecond,
      double medianMillis,
      double tailMillis) {
    /** Everything was done, and quickly. */
    boolean isCalm(double tailMillisMax) {
      return refusedPerSecond == 0 && lostPerSecond == 0 && tailMillis <= tailMillisMax;
    }
  }

  /**
   * A whole run.
   *
   * @param windows of half a second, in order
   */
  record Run(Result total, List<Result> windows) {
    /** Seconds from the begin until all further windows are as they should be. */
    double secondsUntil(Predicate<Result> good) {
      int bad = windows.size();
      while (bad > 0 && good.test(windows.get(bad - 1))) {
        bad--;
      }
      return bad * WINDOW_MILLIS / 1000.0;
    }
  }

  /** Counts of some time. Thread-safe. */
  static final class Counts {
    private final LongAdder offered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final ConcurrentHistogram done = new ConcurrentHistogram(60_000_000_000L, 2);

    void offered() {
      offered.increment();
    }

    void ended(Outcome outcome, long nanos) {
      if (!(outcome instanceof Outcome.Failed failed)) {
        done.recordValue(Math.clamp(nanos, 1, 60_000_000_000L));
      } else if (failed.retry() == Retry.SAFE) {
        refused.increment();
      } else {
        lost.increment();
      }
    }

    Result take(long tookNanos) {
      double seconds = tookNanos / NANOS_PER_SECOND;
      return new Result(
          offered.sum() / seconds,
          done.getTotalCount() / seconds,
          refused.sum() / seconds,
          lost.sum() / seconds,
          done.getValueAtPercentile(50) / NANOS_PER_MILLI,
          done.getValueAtPercentile(PERCENTILE) / NANOS_PER_MILLI);
    }
  }

  /** Of a run that goes on: the whole, and the window that an answer falls into. */
  private static final class Recording {
    final Counts total = new Counts();
    final AtomicLong unanswered = new AtomicLong();
    volatile Counts window = new Counts();

    void ended(Outcome outcome, long nanos) {
      unanswered.decrementAndGet();
      total.ended(outcome, nanos);
      window.ended(outcome, nanos);
    }
  }

  /**
   * Runs for some time, and then until everything is answered or lost.
   *
   * @param rate writes per second
   */
  static Run run(LoadClient client, OverloadCommand.Puts puts, double rate, Duration length)
      throws InterruptedException {
    var recording = new Recording();
    long begin = System.nanoTime();
    List<ScheduledFuture<?>> senders = new ArrayList<>();
    int lanes = client.laneCount();
    for (int i = 0; i < lanes; i++) {
      Lane lane = client.lane(i);
      var sender = new Sender(lane, puts, recording, begin, rate / lanes);
      senders.add(
          lane.loop().scheduleAtFixedRate(sender::tick, 0, TICK_MICROS, TimeUnit.MICROSECONDS));
    }
    List<Result> windows = new ArrayList<>();
    long windowBegin = begin;
    while (System.nanoTime() - begin < length.toNanos()) {
      Thread.sleep(WINDOW_MILLIS);
      long now = System.nanoTime();
      Counts ended = recording.window;
      recording.window = new Counts();
      windows.add(ended.take(now - windowBegin));
      windowBegin = now;
    }
    senders.forEach(sender -> sender.cancel(false));
    long took = System.nanoTime() - begin;
    while (recording.unanswered.get() > 0) {
      Thread.sleep(10);
    }
    return new Run(recording.total.take(took), windows);
  }

  /** Sends what is due on one lane, on its loop. */
  private static final class Sender {
    private final Lane lane;
    private final OverloadCommand.Puts puts;
    private final Recording recording;
    private final long begin;
    private final double rate;
    private long sent;

    Sender(Lane lane, OverloadCommand.Puts puts, Recording recording, long begin, double rate) {
      this.lane = lane;
      this.puts = puts;
      this.recording = recording;
      this.begin = begin;
      this.rate = rate;
    }

    void tick() {
      long due = (long) ((System.nanoTime() - begin) / NANOS_PER_SECOND * rate);
      while (sent < due && recording.unanswered.get() < UNANSWERED_MAX) {
        long planned = begin + (long) (sent / rate * NANOS_PER_SECOND);
        sent++;
        recording.unanswered.incrementAndGet();
        recording.total.offered();
        recording.window.offered();
        lane.send(puts.next(), out -> recording.ended(out, System.nanoTime() - planned));
      }
    }
  }
}
