package dev.troupe.loadgen.report;

import dev.troupe.loadgen.client.Outcome;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens in a run. Users record from their event loops without waiting; one other
 * thread takes the intervals and the totals.
 */
public final class RunStats {
  private static final long LATENCY_MIN_NANOS = 1_000;
  private static final long LATENCY_MAX_NANOS = 600_000_000_000L;
  private static final int DIGITS = 3;
  private static final int MESSAGES_KEPT = 64;

  private final Map<OperationKind, Recorder> recorders = new EnumMap<>(OperationKind.class);
  private final Map<OperationKind, Histogram> totals = new EnumMap<>(OperationKind.class);
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Map<String, String> firstMessages = new ConcurrentHashMap<>();
  private final LongAdder ambiguous = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final List<Pauses> userPauses = Collections.synchronizedList(new ArrayList<>());
  private final SharedPauses overall = new SharedPauses();
  private volatile long measureFromNanos = System.nanoTime();
  private volatile long measureUntilNanos;

  public RunStats() {
    for (OperationKind kind : OperationKind.values()) {
      recorders.put(kind, new Recorder(LATENCY_MIN_NANOS, LATENCY_MAX_NANOS, DIGITS));
      totals.put(kind, newHistogram());
    }
  }

  static Histogram newHistogram() {
    return new Histogram(LATENCY_MIN_NANOS, LATENCY_MAX_NANOS, DIGITS);
  }

  public void record(OperationKind kind, long nanos) {
    long clipped = Math.clamp(nanos, LATENCY_MIN_NANOS, LATENCY_MAX_NANOS);
    recorder(kind).recordValue(clipped);
  }

  public void recordFailure(Outcome.Failed failure) {
    errors.computeIfAbsent(failure.reason(), reason -> new LongAdder()).increment();
    if (firstMessages.size() < MESSAGES_KEPT) {
      firstMessages.putIfAbsent(failure.reason(), failure.message());
    }
    if (failure.retry() == Retry.UNKNOWN_OUTCOME) {
      ambiguous.increment();
    } else if (failure.retry() == Retry.NEVER) {
      refusals.increment();
    }
  }

  /** A read that found no such key. */
  public void recordMiss() {
    misses.increment();
  }

  public Pauses newPauses() {
    Pauses pauses = new Pauses();
    userPauses.add(pauses);
    return pauses;
  }

  /** Ends the warm-up: forgets what has been counted. */
  public void beginMeasurement() {
    for (OperationKind kind : OperationKind.values()) {
      recorder(kind).reset();
      total(kind).reset();
    }
    errors.clear();
    firstMessages.clear();
    ambiguous.reset();
    refusals.reset();
    misses.reset();
    measureFromNanos = System.nanoTime();
  }

  public void endMeasurement() {
    measureUntilNanos = System.nanoTime();
  }

  /** Latencies since the last call, by kind, without empty ones; they count into the totals. */
  public Map<OperationKind, Histogram> takeInterval() {
    Map<OperationKind, Histogram> interval = new EnumMap<>(OperationKind.class);
    recorders.forEach(
        (kind, recorder) -> {
          Histogram histogram = recorder.getIntervalHistogram();
          if (histogram.getTotalCount() > 0) {
            total(kind).add(histogram);
            interval.put(kind, histogram);
          }
        });
    return interval;
  }

  public long errorCount() {
    return errors.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Call it when all users have finished. */
  public Summary summary() {
    takeInterval();
    Map<OperationKind, Histogram> latencies = new EnumMap<>(OperationKind.class);
    totals.forEach(
        (kind, histogram) -> {
          if (histogram.getTotalCount() > 0) {
            latencies.put(kind, histogram.copy());
          }
        });
    Map<String, Long> errorCounts = new TreeMap<>();
    errors.forEach((reason, count) -> errorCounts.put(reason, count.sum()));
    long from = measureFromNanos;
    Pause worstOfUser =
        userPauses.stream()
            .map(pauses -> pauses.longest(from, measureUntilNanos))
            .reduce(Pause.NONE, Pause::longer);
    return new Summary(
        measureUntilNanos - from,
        latencies,
        new Summary.Troubles(
            errorCounts, Map.copyOf(firstMessages), ambiguous.sum(), refusals.sum(), misses.sum()),
        overall.longest(from, measureUntilNanos),
        worstOfUser);
  }

  private Recorder recorder(OperationKind kind) {
    return java.util.Objects.requireNonNull(recorders.get(kind));
  }

  private Histogram total(OperationKind kind) {
    return java.util.Objects.requireNonNull(totals.get(kind));
  }

  /** Times between successful writes of one user; written on its event loop. */
  public final class Pauses {
    private long lastNanos;
    private Pause longest = Pause.NONE;

    public void onWrite(long nowNanos) {
      overall.onWrite(nowNanos);
      long from = measureFromNanos;
      if (nowNanos - from < 0) {
        return;
      }
      if (lastNanos == 0 || lastNanos - from < 0) {
        lastNanos = from;
      }
      if (nowNanos - lastNanos > longest.nanos()) {
        longest = new Pause(lastNanos - from, nowNanos - lastNanos);
      }
      lastNanos = nowNanos;
    }

    private Pause longest(long from, long until) {
      boolean never = lastNanos == 0 || lastNanos - from < 0;
      return never ? Pause.NONE : longest.longer(new Pause(lastNanos - from, until - lastNanos));
    }
  }

  /** Times in which no user at all wrote. */
  private final class SharedPauses {
    private final AtomicLong lastNanos = new AtomicLong();
    private @Nullable Pause longest;

    void onWrite(long nowNanos) {
      long before = lastNanos.getAndSet(nowNanos);
      long from = measureFromNanos;
      long since = before == 0 || before - from < 0 ? from : before;
      Pause known = longest;
      if (nowNanos - since > (known == null ? 0 : known.nanos())) {
        keep(new Pause(since - from, nowNanos - since));
      }
    }

    private synchronized void keep(Pause pause) {
      longest = longest == null ? pause : longest.longer(pause);
    }

    synchronized Pause longest(long from, long until) {
      long last = lastNanos.get();
      if (last == 0 || last - from < 0) {
        return Pause.NONE;
      }
      Pause tail = new Pause(last - from, Math.max(0, until - last));
      return longest == null ? tail : tail.longer(longest);
    }
  }
}
