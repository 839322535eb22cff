package dev.troupe.node.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all metrics said at one moment, as far as series are made of it. Immutable. A number that
 * there is not is NaN.
 */
final class MeterReading {
  /** What one series saw; the buckets are counts by upper bound. */
  private record Seen(double value, double sum, Map<Double, Long> buckets) {
    private static final Seen NOTHING = new Seen(Double.NaN, Double.NaN, Map.of());
  }

  private final long nanos;
  private final Map<String, Seen> seen;

  private MeterReading(long nanos, Map<String, Seen> seen) {
    this.nanos = nanos;
    this.seen = seen;
  }

  static MeterReading of(MetricSnapshots metrics, List<MeterSeries> series, long nanos) {
    Map<String, MetricSnapshot> families =
        metrics.stream()
            .collect(
                Collectors.toMap(
                    metric -> metric.getMetadata().getName(), Function.identity(), (a, b) -> a));
    return new MeterReading(
        nanos,
        series.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    MeterSeries::name, each -> see(families.get(each.family()), each))));
  }

  long nanos() {
    return nanos;
  }

  private static Seen see(@Nullable MetricSnapshot metric, MeterSeries series) {
    double value = Double.NaN;
    double sum = Double.NaN;
    Map<Double, Long> buckets = new TreeMap<>();
    List<? extends DataPointSnapshot> points = metric == null ? List.of() : metric.getDataPoints();
    for (DataPointSnapshot point : points) {
      if (!series.label().isEmpty()
          && !series.values().contains(point.getLabels().get(series.label()))) {
        continue;
      }
      switch (point) {
        case CounterSnapshot.CounterDataPointSnapshot counter ->
            value = plus(value, counter.getValue());
        case GaugeSnapshot.GaugeDataPointSnapshot gauge ->
            value =
                series.kind() == MeterSeries.Kind.PEAK
                    ? Math.max(Double.isNaN(value) ? gauge.getValue() : value, gauge.getValue())
                    : plus(value, gauge.getValue());
        case HistogramSnapshot.HistogramDataPointSnapshot histogram -> {
          ClassicHistogramBuckets counts = histogram.getClassicBuckets();
          for (int i = 0; i < counts.size(); i++) {
            buckets.merge(counts.getUpperBound(i), counts.getCount(i), Long::sum);
          }
          value = plus(value, (double) histogram.getCount());
          sum = plus(sum, histogram.getSum());
        }
        case SummarySnapshot.SummaryDataPointSnapshot summary -> {
          value = plus(value, (double) summary.getCount());
          sum = plus(sum, summary.getSum());
        }
        default -> {
          // Infos and sets of states are no numbers.
        }
      }
    }
    return new Seen(value, sum, buckets);
  }

  private static double plus(double sum, double more) {
    return Double.isNaN(sum) ? more : sum + more;
  }

  /** The series' number between an earlier reading and this one. */
  double number(MeterSeries series, MeterReading before) {
    Seen now = seen.getOrDefault(series.name(), Seen.NOTHING);
    Seen then = before.seen.getOrDefault(series.name(), Seen.NOTHING);
    double seconds = (nanos - before.nanos) / 1e9;
    return switch (series.kind()) {
      case LEVEL, PEAK -> now.value();
      case RATE -> grown(now.value(), then.value()) / seconds;
      case SUM_RATE -> grown(now.sum(), then.sum()) / seconds;
      case P50, P95, P99 -> quantile(now, then, series.kind().quantile());
    };
  }

  /** A metric that was not there before has grown from zero; one that fell was begun anew. */
  private static double grown(double now, double then) {
    if (Double.isNaN(now) || Double.isNaN(then)) {
      return now;
    }
    return now >= then ? now - then : now;
  }

  /**
   * Within a bucket values are taken to lie evenly; above the highest bound all that is known is
   * that bound.
   */
  private static double quantile(Seen now, Seen then, double quantile) {
    long all = 0;
    Map<Double, Long> news = new TreeMap<>();
    for (Map.Entry<Double, Long> bucket : now.buckets().entrySet()) {
      long more = bucket.getValue() - then.buckets().getOrDefault(bucket.getKey(), 0L);
      news.put(bucket.getKey(), Math.max(0, more));
      all += Math.max(0, more);
    }
    double wanted = all * quantile;
    double below = 0;
    double lower = 0;
    for (Map.Entry<Double, Long> bucket : news.entrySet()) {
      double upper = bucket.getKey();
      long count = bucket.getValue();
      if (count > 0 && below + count >= wanted) {
        return Double.isInfinite(upper)
            ? lower
            : lower + (upper - lower) * ((wanted - below) / count);
      }
      below += count;
      if (!Double.isInfinite(upper)) {
        lower = upper;
      }
    }
    return Double.NaN;
  }
}
