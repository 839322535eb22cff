package dev.troupe.node.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last hour of this node's own numbers, a sample each ten seconds, in memory: some 150 KB. What
 * is older is Prometheus' affair, and a restart begins anew. Any thread.
 */
public final class MeterHistory {
  /** Between two samples. */
  public static final Duration STEP = Duration.ofSeconds(10);

  /** An hour of them. */
  public static final int SAMPLES_MAX = 360;

  /**
   * The numbers of one step, in the order of {@link #series()}.
   *
   * @param atMillis the end of the step, a multiple of ten seconds since 1970
   * @param numbers NaN where there is none
   */
  public record Sample(long atMillis, double[] numbers) {}

  private final List<MeterSeries> series;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private @Nullable MeterReading last;

  public MeterHistory(List<MeterSeries> series) {
    this.series = List.copyOf(series);
  }

  public List<MeterSeries> series() {
    return series;
  }

  /**
   * Takes a sample. One that comes right after another, as they do when the process was stopped for
   * a while, is left out: it would tell of no time.
   *
   * @param wallMillis when, for people
   * @param nanos when, for rates
   */
  public synchronized void sample(MetricSnapshots metrics, long wallMillis, long nanos) {
    MeterReading before = last;
    if (before != null && nanos - before.nanos() < STEP.toNanos() / 2) {
      return;
    }
    MeterReading now = MeterReading.of(metrics, series, nanos);
    last = now;
    if (before == null) {
      return;
    }
    double[] numbers = new double[series.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = now.number(series.get(i), before);
    }
    long step = STEP.toMillis();
    long at = Math.round((double) wallMillis / step) * step;
    Sample newest = samples.peekLast();
    if (newest != null && at <= newest.atMillis()) {
      // The clock was set back: what is there of that time came later, and is all that can be kept.
      samples.removeIf(sample -> sample.atMillis() >= at);
    }
    samples.addLast(new Sample(at, numbers));
    if (samples.size() > SAMPLES_MAX) {
      samples.removeFirst();
    }
  }

  /** Oldest first. */
  public synchronized List<Sample> samples() {
    return new ArrayList<>(samples);
  }
}
