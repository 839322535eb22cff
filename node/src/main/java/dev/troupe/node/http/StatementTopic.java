package dev.troupe.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.troupe.node.sql.SqlActivity;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.sql.session.StatementBook.Figures;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What statements have cost on this node, by their shape. Any thread. */
final class StatementTopic {
  /** Those that took the longest together; {@code pg_stat_statements} lists all. */
  static final int SHAPES_MAX = 200;

  /** What nodes ask each other for: that they count anew. */
  static final String RESET = "reset-statements";

  private final Supplier<@Nullable SqlActivity> sql;
  private final Supplier<@Nullable NodeId> self;

  StatementTopic(Supplier<@Nullable SqlActivity> sql, Supplier<@Nullable NodeId> self) {
    this.sql = sql;
    this.self = self;
  }

  List<Topic.Item> items() {
    NodeId node = self.get();
    int number = node == null ? 0 : node.value();
    return SessionTopic.require(sql).statements().stream()
        .sorted(Comparator.comparingLong(Figures::totalNanos).reversed())
        .limit(SHAPES_MAX)
        .map(figures -> item(number, figures))
        .toList();
  }

  private static Topic.Item item(int node, Figures figures) {
    String statement = Long.toHexString(figures.id());
    String id = node + "-" + statement + "-" + figures.user();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node);
          out.writeStringField("user", figures.user());
          out.writeStringField("statement_id", statement);
          out.writeStringField("statement", figures.shape());
          out.writeNumberField("calls", figures.calls());
          out.writeNumberField("failed", figures.failed());
          out.writeNumberField("retries", figures.retries());
          out.writeNumberField("rows", figures.rows());
          micros(out, "total_us", figures.totalNanos());
          micros(out, "min_us", figures.minNanos());
          micros(out, "mean_us", Math.round(figures.meanNanos()));
          micros(out, "max_us", figures.maxNanos());
          micros(out, "deviation_us", Math.round(figures.deviationNanos()));
        });
  }

  private static void micros(JsonGenerator out, String name, long nanos) throws IOException {
    out.writeNumberField(name, Math.round(nanos / 1e3));
  }

  /** Counts anew on this node, for any of them. */
  String reset(String ignored) {
    SessionTopic.require(sql).resetStatements();
    return "yes";
  }

  /** Has all nodes count anew. */
  static Answer resetAll(NodeParts nodes) {
    NodeParts.Told told = nodes.askAll(RESET, "");
    return Answer.json(
        200,
        out -> {
          out.writeArrayFieldStart("reset");
          for (NodeId node : told.answers().keySet()) {
            out.writeNumber(node.value());
          }
          out.writeEndArray();
          out.writeArrayFieldStart("silent");
          for (Map.Entry<NodeId, String> each : told.silent().entrySet()) {
            out.writeStartObject();
            out.writeNumberField("node", each.getKey().value());
            out.writeStringField("why", each.getValue());
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }
}
