package dev.troupe.node.metrics;

import dev.troupe.protocol.metric.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The metrics of one area, read at one moment from where the area counts them. Names are {@code
 * troupe_<area>_<what>_<unit>}; those of counters are given without {@code _total}. Used by one
 * thread.
 */
public final class Families {
  private static final double NANOS_PER_SECOND = 1e9;

  private final List<MetricSnapshot> all = new ArrayList<>();

  private Families() {}

  /** What a registry asks whenever somebody reads it. */
  public static MultiCollector collector(Consumer<Families> area) {
    return () -> {
      var families = new Families();
      area.accept(families);
      return new MetricSnapshots(families.all);
    };
  }

  /** Something that only grows while the process runs. */
  public Families counter(String name, String help, double value) {
    return counters(name, help, "", Map.of("", value));
  }

  public Families counter(String name, String help, long value) {
    return counter(name, help, (double) value);
  }

  /** The same for each value of a label, of which there must be few. */
  public Families counters(
      String name, String help, String label, Map<String, ? extends Number> values) {
    CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
    values.forEach(
        (key, value) ->
            family.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(labels(label, key))
                    .value(value.doubleValue())
                    .build()));
    all.add(family.build());
    return this;
  }

  public Families gauge(String name, String help, double value) {
    return gauges(name, help, "", Map.of("", value));
  }

  public Families gauge(String name, String help, long value) {
    return gauge(name, help, (double) value);
  }

  /** As {@link #counters}. */
  public Families gauges(
      String name, String help, String label, Map<String, ? extends Number> values) {
    GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (key, value) ->
            family.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels(label, key))
                    .value(value.doubleValue())
                    .build()));
    all.add(family.build());
    return this;
  }

  /** Of values in nanoseconds, shown in seconds. */
  public Families seconds(String name, String help, Histogram nanos) {
    return seconds(name, help, "", Map.of("", nanos));
  }

  /** As {@link #counters}. */
  public Families seconds(String name, String help, String label, Map<String, Histogram> nanos) {
    return histograms(name, help, label, nanos, NANOS_PER_SECOND);
  }

  /** Of how many went together. */
  public Families sizes(String name, String help, Histogram counts) {
    return histograms(name, help, "", Map.of("", counts), 1);
  }

  private Families histograms(
      String name, String help, String label, Map<String, Histogram> values, double scale) {
    HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
    values.forEach((key, value) -> family.dataPoint(point(value, labels(label, key), scale)));
    all.add(family.build());
    return this;
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot point(
      Histogram histogram, Labels labels, double scale) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < histogram.buckets(); i++) {
      long bound = histogram.bound(i);
      double shown = bound == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : bound / scale;
      buckets.bucket(shown, histogram.count(i));
    }
    return HistogramSnapshot.HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(buckets.build())
        .sum(histogram.sum() / scale)
        .build();
  }

  private static Labels labels(String label, String value) {
    return label.isEmpty() ? Labels.EMPTY : Labels.of(label, value);
  }
}
