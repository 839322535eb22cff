package dev.troupe.sql.vtable;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.LoadSample;
import dev.troupe.protocol.spi.ClusterAdmin.LoadStatus;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.storage.KeyNames;
import dev.troupe.sql.storage.TableKeys;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tables of {@code troupe_internal}: what the cluster consists of. */
final class InternalTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "events", InternalTables::events,
          "nodes", InternalTables::nodes,
          "range_load", InternalTables::rangeLoad,
          "ranges", InternalTables::ranges,
          "sessions", InternalTables::sessions,
          "settings", InternalTables::settings);

  private static final long EPOCH_MILLIS = 946_684_800_000L;

  private InternalTables() {}

  private static void nodes(CatalogView view, RowWriter rows) {
    for (NodeStatus node : view.system().nodes()) {
      rows.row()
          .set("node_id", (long) node.id().value())
          .set("state", node.state().name().toLowerCase(Locale.ROOT))
          .set("address", node.address())
          .set("sql_address", node.sqlAddress())
          .set("http_address", node.httpAddress())
          .set("grpc_address", node.grpcAddress())
          .set("started_at", (node.startedAtMillis() - EPOCH_MILLIS) * 1000)
          .set("version", node.version())
          .set("replicas", node.replicas())
          .set("leaders", node.leaders());
    }
  }

  private static void ranges(CatalogView view, RowWriter rows) {
    KeyNames names = view.keyNames();
    for (RangeStatus range : view.system().ranges()) {
      List<Long> replicas =
          range.replicas().stream()
              .map(ReplicaStatus::node)
              .map(node -> (long) node.value())
              .toList();
      var leader = range.leader();
      TableDescriptor table = table(view, range);
      rows.row()
          .set("range_id", range.descriptor().id().value())
          .set("start_key", range.descriptor().span().start().toString())
          .set("end_key", range.descriptor().span().end().toString())
          .set("start_pretty", names.of(range.descriptor().span().start()))
          .set("end_pretty", names.of(range.descriptor().span().end()))
          .set("generation", range.descriptor().generation())
          .set("table_id", table == null ? null : Long.valueOf(table.id()))
          .set("table_name", table == null ? null : table.name())
          .set("leader", leader == null ? null : Long.valueOf(leader.value()))
          .set("term", range.term())
          .set("replicas", SqlArray.of(SqlType.INT8, replicas))
          .set("bytes", range.approximateBytes())
          .set("log_entries", range.logEntries())
          .set("reads_per_second", range.readsPerSecond())
          .set("writes_per_second", range.writesPerSecond());
    }
  }

  /** What leaders know of the load of their ranges; NULL where keys are not sampled. */
  private static void rangeLoad(CatalogView view, RowWriter rows) {
    KeyNames names = view.keyNames();
    Map<RangeId, RangeStatus> ranges = new HashMap<>();
    view.system().ranges().forEach(range -> ranges.put(range.descriptor().id(), range));
    for (LoadStatus load : view.system().loads()) {
      RangeStatus range = ranges.get(load.range());
      LoadSample sample = load.sample();
      Key middle = load.middle();
      rows.row()
          .set("range_id", load.range().value())
          .set("bytes", load.bytes())
          .set("reads_per_second", range == null ? null : range.readsPerSecond())
          .set("writes_per_second", range == null ? null : range.writesPerSecond())
          .set("middle_key", middle == null ? null : names.of(middle));
      if (sample != null) {
        Key cut = sample.cut();
        rows.set("samples", sample.samples())
            .set("write_share", sample.writeShare())
            .set("split_key", cut == null ? null : names.of(cut))
            .set("left_share", sample.cutShare())
            .set("hot_key", names.of(sample.hotKey()))
            .set("hot_key_share", sample.hotShare())
            .set("rising_share", sample.risingShare());
      }
    }
  }

  /** The only table that a range has keys of; null when it is not one. */
  private static @Nullable TableDescriptor table(CatalogView view, RangeStatus range) {
    TableDescriptor found = null;
    for (TableDescriptor table : view.tables()) {
      if (range.descriptor().span().overlaps(TableKeys.tableSpan(table.id()))) {
        if (found != null) {
          return null;
        }
        found = table;
      }
    }
    return found;
  }

  private static void events(CatalogView view, RowWriter rows) {
    for (ClusterEvents.Event event : view.system().events()) {
      RangeId range = event.range();
      NodeId node = event.node();
      rows.row()
          .set("at", (event.atMillis() - EPOCH_MILLIS) * 1000)
          .set("kind", event.kind())
          .set("range_id", range == null ? null : Long.valueOf(range.value()))
          .set("node_id", node == null ? null : Long.valueOf(node.value()))
          .set("message", event.message())
          .set("details", JsonValue.parse(event.details()))
          .set("reported_by", (long) event.by().value());
    }
  }

  private static void sessions(CatalogView view, RowWriter rows) {
    for (SystemState.Session session : view.system().sessions()) {
      rows.row()
          .set("pid", session.pid())
          .set("user_name", session.user())
          .set("application_name", session.applicationName())
          .set("client_address", session.clientAddress())
          .set("state", session.state())
          .set("query", session.query())
          .set("session_start", session.startMicros())
          .set("transaction_start", session.transactionMicros())
          .set("query_start", session.queryMicros());
    }
  }

  private static void settings(CatalogView view, RowWriter rows) {
    for (SystemState.Setting setting : view.system().settings()) {
      rows.row()
          .set("name", setting.name())
          .set("value", view.context().setting(setting.name()))
          .set("description", setting.description());
    }
  }
}
