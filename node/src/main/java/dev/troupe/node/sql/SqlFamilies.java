package dev.troupe.node.sql;

import dev.troupe.node.metrics.Families;
import dev.troupe.protocol.metric.Histogram;
import dev.troupe.sql.session.SqlMetrics;
import dev.troupe.sql.session.StatementKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** The metrics of a node's SQL sessions. */
final class SqlFamilies {
  private final SqlMetrics sql;
  private final IntSupplier connections;

  SqlFamilies(SqlMetrics sql, IntSupplier connections) {
    this.sql = sql;
    this.connections = connections;
  }

  void collect(Families all) {
    Map<String, Histogram> durations = new LinkedHashMap<>();
    for (StatementKind kind : StatementKind.values()) {
      durations.put(kind.label(), sql.durations(kind));
    }
    all.gauge("troupe_sql_connections", "Clients that are connected", connections.getAsInt())
        .seconds(
            "troupe_sql_statement_duration_seconds",
            "Time of statements that succeeded, with their commit when they were alone",
            "kind",
            durations)
        .counters(
            "troupe_sql_errors",
            "Errors that were sent, by the class of their SQLSTATE",
            "class",
            sql.errors())
        .counter(
            "troupe_sql_statement_retries",
            "Attempts after the first one of statements that others were in the way of",
            sql.retries())
        .counter("troupe_sql_plan_cache_hits", "Plans found in the cache", sql.planHits())
        .counter("troupe_sql_plan_cache_misses", "Plans that had to be made", sql.planMisses())
        .gauge(
            "troupe_sql_memory_bytes",
            "Rows and groups that statements hold",
            sql.memory().heldBytes())
        .counter(
            "troupe_sql_spills",
            "Sorted runs that were put into temporary files",
            sql.memory().spills())
        .counter(
            "troupe_sql_spilled_bytes",
            "Bytes of rows that were put into temporary files",
            sql.memory().spilledBytes());
  }
}
