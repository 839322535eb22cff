package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.metrics.MeterHistory;
import dev.troupe.node.metrics.MeterSeries;
import dev.troupe.node.metrics.MeterSeries.Kind;
import dev.troupe.protocol.model.NodeId;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeterTopicTest {
  private final MeterHistory history =
      new MeterHistory(
          List.of(
              new MeterSeries("writes", "1/s", Kind.RATE, "writes", "", Set.of()),
              new MeterSeries("heap", "B", Kind.LEVEL, "heap", "", Set.of()),
              new MeterSeries("p99", "s", Kind.P99, "absent", "", Set.of())));

  private static MetricSnapshots metrics(double writes, double heap) {
    return new MetricSnapshots(
        CounterSnapshot.builder()
            .name("writes")
            .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(writes).build())
            .build(),
        GaugeSnapshot.builder()
            .name("heap")
            .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(heap).build())
            .build());
  }

  @Test
  void shouldLeaveOutWhatThereIsNotAndRatesOfZero() {
    MeterTopic topic = new MeterTopic(history, () -> new NodeId(3));
    assertThat(topic.newest()).isEmpty();
    history.sample(metrics(0, 0), 0, 0);
    history.sample(metrics(12_345.678, 1 << 29), 10_000, 10_000_000_000L);
    history.sample(metrics(12_345.678, 0), 20_000, 20_000_000_000L);

    assertThat(topic.items())
        .extracting(Topic.Item::json)
        .containsExactly(
            "{\"id\":\"3-10000\",\"node\":3,\"at\":10000,\"writes\":1235.0,\"heap\":536870912}",
            "{\"id\":\"3-20000\",\"node\":3,\"at\":20000,\"heap\":0}");
    assertThat(topic.newest())
        .extracting(Topic.Item::json)
        .containsExactly("{\"id\":\"3\",\"node\":3,\"at\":20000,\"heap\":0}");
  }

  @Test
  void shouldHaveNothingToTellBeforeTheNodeHasANumber() {
    history.sample(metrics(0, 0), 0, 0);
    history.sample(metrics(1, 0), 10_000, 10_000_000_000L);

    assertThat(new MeterTopic(history, () -> null).items()).isEmpty();
    assertThat(new MeterTopic(history, () -> null).newest()).isEmpty();
  }
}
