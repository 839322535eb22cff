package dev.troupe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.node.metrics.MeterSeries.Kind;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeterHistoryTest {
  private static final long STEP_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long START = 1_700_000_000_000L;

  private final MeterHistory history =
      new MeterHistory(
          List.of(
              series("errors", Kind.RATE, "errors"),
              new MeterSeries("heap", "B", Kind.LEVEL, "memory", "area", Set.of("heap")),
              series("lag", Kind.PEAK, "memory"),
              series("requests", Kind.RATE, "seconds"),
              series("time", Kind.SUM_RATE, "seconds"),
              series("p50", Kind.P50, "seconds"),
              series("p99", Kind.P99, "seconds"),
              series("absent", Kind.LEVEL, "nothing_like_it")));

  private static MeterSeries series(String name, Kind kind, String family) {
    return new MeterSeries(name, "", kind, family, "", Set.of());
  }

  private static MetricSnapshots metrics(double errors, long fast, long slow, double sum) {
    return new MetricSnapshots(
        CounterSnapshot.builder()
            .name("errors")
            .dataPoint(counted("a", errors))
            .dataPoint(counted("b", 1))
            .build(),
        GaugeSnapshot.builder()
            .name("memory")
            .dataPoint(gauged("heap", 70))
            .dataPoint(gauged("nonheap", 30))
            .build(),
        HistogramSnapshot.builder()
            .name("seconds")
            .dataPoint(
                HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(
                        ClassicHistogramBuckets.builder()
                            .bucket(0.1, fast)
                            .bucket(1, slow)
                            .bucket(Double.POSITIVE_INFINITY, 0)
                            .build())
                    .sum(sum)
                    .build())
            .build());
  }

  private static CounterSnapshot.CounterDataPointSnapshot counted(String reason, double value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(Labels.of("reason", reason))
        .value(value)
        .build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot gauged(String area, double value) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder()
        .labels(Labels.of("area", area))
        .value(value)
        .build();
  }

  private double last(String name) {
    List<String> names = history.series().stream().map(MeterSeries::name).toList();
    return history.samples().getLast().numbers()[names.indexOf(name)];
  }

  @Test
  void shouldMakeNumbersOfWhatHasChanged() {
    history.sample(metrics(5, 0, 0, 0), START, 0);
    assertThat(history.samples()).isEmpty();

    history.sample(metrics(25, 90, 10, 5), START + 10_004, STEP_NANOS);

    assertThat(history.samples().getLast().atMillis()).isEqualTo(START + 10_000);
    assertThat(last("errors")).isEqualTo(2);
    assertThat(last("heap")).isEqualTo(70);
    assertThat(last("lag")).isEqualTo(70);
    assertThat(last("requests")).isEqualTo(10);
    assertThat(last("time")).isEqualTo(0.5);
    assertThat(last("p50")).isCloseTo(0.0556, within(0.001));
    assertThat(last("p99")).isCloseTo(0.91, within(0.001));
    assertThat(last("absent")).isNaN();

    history.sample(metrics(25, 90, 10, 5), START + 20_000, 2 * STEP_NANOS);

    assertThat(last("errors")).isZero();
    assertThat(last("p99")).as("nothing was measured").isNaN();
  }

  @Test
  void shouldNotCountBackwardsWhenACounterBeginsAnew() {
    history.sample(metrics(500, 50, 0, 9), START, 0);
    history.sample(metrics(19, 5, 0, 1), START + 10_000, STEP_NANOS);

    assertThat(last("errors")).isEqualTo(2);
    assertThat(last("requests")).isEqualTo(0.5);
  }

  @Test
  void shouldKeepAnHour() {
    for (int i = 0; i < MeterHistory.SAMPLES_MAX + 50; i++) {
      history.sample(metrics(i, 0, 0, 0), START + 10_000L * i, STEP_NANOS * i);
    }
    assertThat(history.samples()).hasSize(MeterHistory.SAMPLES_MAX);
    assertThat(history.samples().getFirst().atMillis()).isEqualTo(START + 10_000L * 50);
  }

  @Test
  void shouldStayInOrderWhenTheClockIsSetBack() {
    for (int i = 0; i < 5; i++) {
      history.sample(metrics(i, 0, 0, 0), START + 10_000L * i, STEP_NANOS * i);
    }
    history.sample(metrics(5, 0, 0, 0), START + 20_000, STEP_NANOS * 5);

    assertThat(history.samples())
        .extracting(MeterHistory.Sample::atMillis)
        .containsExactly(START + 10_000, START + 20_000);
  }

  @Test
  void shouldLeaveOutSamplesThatComeAtOnce() {
    history.sample(metrics(0, 0, 0, 0), START, 0);
    history.sample(metrics(60, 0, 0, 0), START + 30_000, 3 * STEP_NANOS);
    history.sample(metrics(60, 0, 0, 0), START + 30_001, 3 * STEP_NANOS + 1_000);

    assertThat(history.samples()).hasSize(1);
    assertThat(last("errors")).isEqualTo(2);
  }

  @Test
  void shouldNameEachSeriesOnce() {
    Set<String> names = new HashSet<>();
    assertThat(MeterSeries.ALL).allMatch(series -> names.add(series.name()));
  }
}
