package dev.troupe.node.http;

import dev.troupe.node.metrics.HeatHistory;
import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What keys this node was asked for, over time: a step as an item. Steps without any are left out.
 */
final class HeatTopic {
  private final HeatHistory history;
  private final Supplier<@Nullable NodeId> self;

  HeatTopic(HeatHistory history, Supplier<@Nullable NodeId> self) {
    this.history = history;
    this.self = self;
  }

  List<Topic.Item> items() {
    NodeId node = self.get();
    return node == null
        ? List.of()
        : history.steps().stream()
            .filter(step -> !step.ranges().isEmpty())
            .map(step -> item(node, step))
            .toList();
  }

  private static Topic.Item item(NodeId node, HeatHistory.Step step) {
    String id = node.value() + "-" + step.atMillis();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node.value());
          out.writeNumberField("at", step.atMillis());
          out.writeArrayFieldStart("ranges");
          for (HeatHistory.Warm warm : step.ranges()) {
            out.writeStartObject();
            out.writeNumberField("range", warm.range().value());
            Json.key(out, "start", warm.span().start());
            Json.key(out, "end", warm.span().end());
            out.writeNumberField("writes", Math.round(warm.writes() * 10) / 10.0);
            out.writeNumberField("reads", Math.round(warm.reads() * 10) / 10.0);
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }
}
