package dev.troupe.node.http;

import dev.troupe.node.metrics.MeterHistory;
import dev.troupe.node.metrics.MeterSeries;
import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This node's numbers over time, a sample as an item; and what the numbers are called. */
final class MeterTopic {
  private final MeterHistory history;
  private final Supplier<@Nullable NodeId> self;

  MeterTopic(MeterHistory history, Supplier<@Nullable NodeId> self) {
    this.history = history;
    this.self = self;
  }

  /** Numbers that there are not are left out, and so are rates of zero. */
  List<Topic.Item> items() {
    NodeId node = self.get();
    if (node == null) {
      return List.of();
    }
    return history.samples().stream()
        .map(sample -> item(node.value() + "-" + sample.atMillis(), node, sample))
        .toList();
  }

  /** The newest sample alone, which many pages show. */
  List<Topic.Item> newest() {
    NodeId node = self.get();
    List<MeterHistory.Sample> samples = history.samples();
    return node == null || samples.isEmpty()
        ? List.of()
        : List.of(item(Integer.toString(node.value()), node, samples.getLast()));
  }

  private Topic.Item item(String id, NodeId node, MeterHistory.Sample sample) {
    List<MeterSeries> series = history.series();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node.value());
          out.writeNumberField("at", sample.atMillis());
          for (int i = 0; i < series.size(); i++) {
            double number = sample.numbers()[i];
            boolean isImplied = number == 0 && series.get(i).kind().isRate();
            if (Double.isFinite(number) && !isImplied) {
              out.writeFieldName(series.get(i).name());
              out.writeNumber(shortened(number));
            }
          }
        });
  }

  /** Four digits are more than a chart shows. */
  private static String shortened(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(Double.parseDouble(String.format(Locale.ROOT, "%.4g", number)));
  }

  /** What there is to draw: the names, units and kinds of all series. */
  static List<Topic.Item> series() {
    return MeterSeries.ALL.stream()
        .map(
            each ->
                Topic.Item.of(
                    each.name(),
                    out -> {
                      out.writeStringField("id", each.name());
                      out.writeStringField("unit", each.unit());
                      out.writeStringField("kind", each.kind().name().toLowerCase(Locale.ROOT));
                      out.writeStringField("metric", each.family());
                    }))
        .toList();
  }
}
