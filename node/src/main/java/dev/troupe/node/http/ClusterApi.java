package dev.troupe.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.troupe.node.ClusterDoor;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.protocol.spi.ClusterEvents;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Nodes, ranges and events as JSON. Waits for the cluster on the caller's virtual thread. */
final class ClusterApi {
  /** What is shown when nobody says how many. */
  private static final int EVENTS_SHOWN = 100;

  private static final int EVENTS_MAX = 10_000;

  private final ClusterDoor door;

  ClusterApi(ClusterDoor door) {
    this.door = door;
  }

  List<Topic.Item> nodes() {
    return Waits.result(door.admin().nodes()).stream()
        .map(node -> Topic.Item.of(node.id().value(), out -> node(out, node)))
        .toList();
  }

  List<Topic.Item> ranges() {
    return Waits.result(door.admin().ranges()).stream()
        .map(range -> Topic.Item.of(range.descriptor().id().value(), out -> range(out, range)))
        .toList();
  }

  List<Topic.Item> events() {
    return events(EVENTS_SHOWN);
  }

  /** Newest first; {@code limit} in the query says how many at most. */
  Answer events(Request request) {
    String limit = request.parameter("limit");
    int max =
        limit.isEmpty() ? EVENTS_SHOWN : limit.matches("[0-9]{1,5}") ? Integer.parseInt(limit) : 0;
    if (max < 1 || max > EVENTS_MAX) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "limit is a number from 1 to " + EVENTS_MAX);
    }
    return TopicBoard.answer("events", events(max));
  }

  /** Events have no names: what tells them apart is when, by whom and of what they were told. */
  private List<Topic.Item> events(int max) {
    List<Topic.Item> items = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (ClusterEvents.Event event : Waits.result(door.admin().events().newest(max))) {
      String told = event.atMillis() + "-" + event.by().value() + "-" + event.kind();
      int again = seen.merge(told, 1, Integer::sum);
      String id = again == 1 ? told : told + "-" + again;
      items.add(Topic.Item.of(id, out -> event(out, id, event)));
    }
    return items;
  }

  private static void event(JsonGenerator out, String id, ClusterEvents.Event event)
      throws IOException {
    out.writeStringField("id", id);
    out.writeStringField("at", Instant.ofEpochMilli(event.atMillis()).toString());
    out.writeNumberField("reported_by", event.by().value());
    out.writeStringField("kind", event.kind());
    if (event.range() != null) {
      out.writeNumberField("range", event.range().value());
    }
    if (event.node() != null) {
      out.writeNumberField("node", event.node().value());
    }
    out.writeStringField("message", event.message());
    out.writeFieldName("details");
    out.writeRawValue(event.details());
  }

  private static void node(JsonGenerator out, NodeStatus node) throws IOException {
    out.writeNumberField("id", node.id().value());
    out.writeNumberField("pid", node.pid());
    out.writeStringField("address", node.address());
    out.writeStringField("grpc_address", node.grpcAddress());
    out.writeStringField("sql_address", node.sqlAddress());
    out.writeStringField("http_address", node.httpAddress());
    out.writeStringField("state", node.state().name().toLowerCase(Locale.ROOT));
    out.writeStringField("started_at", Instant.ofEpochMilli(node.startedAtMillis()).toString());
    out.writeStringField("version", node.version());
    out.writeStringField("locality", node.locality().toString());
    out.writeNumberField("replicas", node.replicas());
    out.writeNumberField("leaders", node.leaders());
  }

  private static void range(JsonGenerator out, RangeStatus range) throws IOException {
    out.writeNumberField("id", range.descriptor().id().value());
    Json.key(out, "start", range.descriptor().span().start());
    Json.key(out, "end", range.descriptor().span().end());
    out.writeNumberField("generation", range.descriptor().generation());
    NodeId leader = range.leader();
    if (leader == null) {
      out.writeNullField("leader");
    } else {
      out.writeNumberField("leader", leader.value());
    }
    out.writeNumberField("term", range.term());
    out.writeNumberField("commit_index", range.commitIndex());
    out.writeNumberField("applied_index", range.appliedIndex());
    out.writeNumberField("log_entries", range.logEntries());
    out.writeNumberField("approximate_bytes", range.approximateBytes());
    out.writeNumberField("writes_per_second", rounded(range.writesPerSecond()));
    out.writeNumberField("reads_per_second", rounded(range.readsPerSecond()));
    out.writeArrayFieldStart("replicas");
    for (ReplicaStatus replica : range.replicas()) {
      replica(out, replica);
    }
    out.writeEndArray();
  }

  private static void replica(JsonGenerator out, ReplicaStatus replica) throws IOException {
    out.writeStartObject();
    out.writeNumberField("id", replica.id().value());
    out.writeNumberField("node", replica.node().value());
    out.writeStringField("role", replica.role());
    out.writeNumberField("last_index", replica.lastIndex());
    out.writeNumberField("applied_index", replica.appliedIndex());
    out.writeBooleanField("reachable", replica.reachable());
    out.writeEndObject();
  }

  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }
}
