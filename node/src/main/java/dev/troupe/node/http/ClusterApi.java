package dev.troupe.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.troupe.node.ClusterDoor;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.protocol.spi.ClusterEvents;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Nodes, ranges and events as JSON. Waits for the cluster's answer on the caller's virtual thread.
 */
final class ClusterApi {
  private static final long WAIT_SECONDS = 5;
  private static final int EVENTS_SHOWN = 100;
  private static final int EVENTS_MAX = 10_000;

  private final ClusterDoor door;

  ClusterApi(ClusterDoor door) {
    this.door = door;
  }

  Answer nodes() {
    return answer(ClusterAdmin::nodes, "nodes", ClusterApi::node);
  }

  Answer ranges() {
    return answer(ClusterAdmin::ranges, "ranges", ClusterApi::range);
  }

  /** Newest first; {@code limit} in the query says how many at most. */
  Answer events(String query) {
    int limit = EVENTS_SHOWN;
    for (String parameter : query.split("&")) {
      if (parameter.startsWith("limit=")) {
        try {
          limit = Integer.parseInt(parameter.substring("limit=".length()));
        } catch (NumberFormatException e) {
          limit = 0;
        }
      }
    }
    if (limit < 1 || limit > EVENTS_MAX) {
      return Answer.error(
          400, ErrorCode.INVALID_ARGUMENT.name(), "limit is a number from 1 to " + EVENTS_MAX);
    }
    int max = limit;
    return answer(admin -> admin.events().newest(max), "events", ClusterApi::event);
  }

  private interface Writer<T> {
    void write(JsonGenerator out, T item) throws IOException;
  }

  private <T> Answer answer(
      Function<ClusterAdmin, CompletionStage<List<T>>> question, String field, Writer<T> writer) {
    try {
      List<T> items =
          question.apply(door.admin()).toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
      return Answer.json(
          200,
          out -> {
            out.writeArrayFieldStart(field);
            for (T item : items) {
              out.writeStartObject();
              writer.write(out, item);
              out.writeEndObject();
            }
            out.writeEndArray();
          });
    } catch (TroupeException e) {
      return refusal(e);
    } catch (ExecutionException e) {
      return e.getCause() instanceof TroupeException known
          ? refusal(known)
          : Answer.error(500, ErrorCode.INTERNAL.name(), "internal error: " + e.getCause());
    } catch (TimeoutException e) {
      return Answer.error(
          504,
          ErrorCode.DEADLINE_EXCEEDED.name(),
          "the cluster did not answer within " + WAIT_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.error(503, ErrorCode.SHUTTING_DOWN.name(), "the node is shutting down");
    }
  }

  private static Answer refusal(TroupeException e) {
    int status = e.code().retry() == ErrorCode.Retry.SAFE ? 503 : 500;
    return Answer.error(status, e.code().name(), e.getMessage());
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
    out.writeNumberField("replicas", node.replicas());
    out.writeNumberField("leaders", node.leaders());
  }

  private static void event(JsonGenerator out, ClusterEvents.Event event) throws IOException {
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
