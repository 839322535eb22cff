package dev.troupe.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.troupe.node.trace.SpanCodec;
import dev.troupe.node.trace.TraceBook;
import dev.troupe.node.trace.TraceId;
import dev.troupe.node.trace.TraceTree;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.trace.SpanRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Traces: a list of those whose requests came in at this node, and one of them as a tree, for which
 * all nodes are asked. Any thread; what asks others waits for them.
 */
final class TraceTopic {
  /** What nodes ask each other for: this node's part of a trace. */
  static final String PART = "trace-part";

  /** The answer of a node that records nothing. */
  private static final String OFF = "off";

  private static final int ATTRIBUTE_CHARS_MAX = 200;

  private final @Nullable TraceBook book;
  private final Supplier<@Nullable NodeId> self;

  TraceTopic(@Nullable TraceBook book, Supplier<@Nullable NodeId> self) {
    this.book = book;
    this.self = self;
  }

  // --- the list --------------------------------------------------------------------------------

  List<Topic.Item> items() {
    NodeId node = self.get();
    return node == null || book == null
        ? List.of()
        : book.seen().stream().map(seen -> item(node, seen)).toList();
  }

  private static Topic.Item item(NodeId node, TraceBook.Seen seen) {
    SpanRecord first = seen.first();
    String id = seen.id().toString();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node.value());
          out.writeStringField("name", first.name());
          out.writeStringField("at", at(first.startMicros()));
          duration(out, first.hasEnded() ? first.durationNanos() / 1_000L : -1);
          out.writeNumberField("spans_here", seen.spans());
          out.writeBooleanField("kept_as_slow", seen.slow());
          problem(out, first.problem());
          attributes(out, first.attributes());
        });
  }

  private static String at(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  private static void duration(JsonGenerator out, long micros) throws IOException {
    if (micros < 0) {
      out.writeNullField("duration_us");
    } else {
      out.writeNumberField("duration_us", micros);
    }
  }

  private static void problem(JsonGenerator out, @Nullable String problem) throws IOException {
    if (problem == null) {
      out.writeNullField("problem");
    } else {
      out.writeStringField("problem", problem);
    }
  }

  private static void attributes(JsonGenerator out, Map<String, Object> attributes)
      throws IOException {
    out.writeObjectFieldStart("attributes");
    for (Map.Entry<String, Object> each : attributes.entrySet()) {
      if (each.getValue() instanceof Long number) {
        out.writeNumberField(each.getKey(), number);
      } else {
        String text = each.getValue().toString();
        out.writeStringField(
            each.getKey(),
            text.length() <= ATTRIBUTE_CHARS_MAX
                ? text
                : text.substring(0, ATTRIBUTE_CHARS_MAX) + "…");
      }
    }
    out.writeEndObject();
  }

  // --- one trace -------------------------------------------------------------------------------

  /** This node's part, for another node. */
  String part(String id) {
    TraceId trace = TraceId.parse(id);
    return book == null || trace == null ? OFF : SpanCodec.encode(book.part(trace));
  }

  /** The whole trace with an id, as a tree. */
  Answer tree(String id, NodeParts nodes) {
    TraceId trace = TraceId.parse(id);
    if (trace == null) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "the id of a trace has 32 hexadecimal digits");
    }
    NodeParts.Told told = nodes.askAll(PART, id);
    Map<NodeId, List<SpanRecord>> parts = new LinkedHashMap<>();
    Map<NodeId, String> silent = new LinkedHashMap<>(told.silent());
    told.answers()
        .forEach(
            (node, answer) -> {
              if (answer.equals(OFF)) {
                silent.put(node, node + " records no traces (troupe.tracing.enabled)");
              } else {
                read(node, answer, parts, silent);
              }
            });
    if (parts.values().stream().allMatch(List::isEmpty)) {
      return Answer.error(404, "NOT_FOUND", "no node that answers has anything of the trace " + id);
    }
    TraceTree tree = TraceTree.of(parts, silent);
    return Answer.json(200, out -> write(out, id, tree, silent));
  }

  private static void read(
      NodeId node, String answer, Map<NodeId, List<SpanRecord>> parts, Map<NodeId, String> silent) {
    try {
      parts.put(node, SpanCodec.decode(answer));
    } catch (IllegalArgumentException unknown) {
      silent.put(node, node + " answers in a way that is not known here: " + unknown.getMessage());
    }
  }

  private static void write(
      JsonGenerator out, String id, TraceTree tree, Map<NodeId, String> silent) throws IOException {
    out.writeObjectFieldStart("trace");
    out.writeStringField("id", id);
    out.writeStringField("at", at(tree.startMicros()));
    duration(out, tree.durationMicros());
    out.writeArrayFieldStart("silent");
    for (Map.Entry<NodeId, String> each : silent.entrySet()) {
      out.writeStartObject();
      out.writeNumberField("node", each.getKey().value());
      out.writeStringField("why", each.getValue());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("spans");
    for (TraceTree.Line line : tree.lines()) {
      write(out, line);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, TraceTree.Line line) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", line.id());
    out.writeStringField("parent", line.parent());
    out.writeNumberField("depth", line.depth());
    out.writeNumberField("node", line.node().value());
    out.writeStringField("name", line.name());
    out.writeNumberField("start_us", line.startMicros());
    duration(out, line.durationMicros());
    out.writeNumberField("self_us", line.selfMicros());
    out.writeNumberField("shifted_us", line.shiftedMicros());
    out.writeBooleanField("late", line.late());
    out.writeStringField("mark", line.mark().name().toLowerCase(Locale.ROOT));
    if (line.missing() == null) {
      out.writeNullField("missing");
    } else {
      out.writeStringField("missing", line.missing());
    }
    problem(out, line.problem());
    attributes(out, line.attributes());
    out.writeEndObject();
  }
}
