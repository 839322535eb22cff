package dev.troupe.node.metrics;

import java.util.List;
import java.util.Set;

/**
 * One line that charts can show: what is kept of a metric over time. Names are part of the HTTP
 * API.
 *
 * @param family the metric's name as Prometheus is told it, without the suffix of counters
 * @param label whose value must be one of {@code values}; empty: all that there are
 */
public record MeterSeries(
    String name, String unit, Kind kind, String family, String label, Set<String> values) {
  /** How a number is made from the metric. */
  public enum Kind {
    /** How much a counter has grown in a second, or how often a histogram was told something. */
    RATE,
    /** How much the sum of what was told has grown in a second. */
    SUM_RATE,
    /** The sum of gauges. */
    LEVEL,
    /** The largest of gauges. */
    PEAK,
    /** Half of what was told since the last sample was below. */
    P50(0.5),
    P95(0.95),
    P99(0.99);

    private final double quantile;

    Kind() {
      this(0);
    }

    Kind(double quantile) {
      this.quantile = quantile;
    }

    double quantile() {
      return quantile;
    }

    /** Whether there is a number at all times, so that one which is not sent is zero. */
    public boolean isRate() {
      return this == RATE || this == SUM_RATE;
    }
  }

  private static final String SQL = "troupe_sql_statement_duration_seconds";
  private static final String KV = MetricNames.KV_REQUEST_SECONDS;
  private static final String TXN = MetricNames.TXN_REQUEST_SECONDS;
  private static final String SYNC = "troupe_log_sync_duration_seconds";
  private static final String ENTRY = "troupe_raft_entry_duration_seconds";
  private static final String ORACLE = "troupe_oracle_wait_seconds";

  /** All that is kept, by what charts put together. */
  public static final List<MeterSeries> ALL =
      List.of(
          rate("sql_statements", "1/s", SQL),
          rate("sql_errors", "1/s", "troupe_sql_errors"),
          level("sql_connections", "", "troupe_sql_connections"),
          new MeterSeries("kv_reads", "1/s", Kind.RATE, KV, "operation", Set.of("get", "scan")),
          rate("kv_requests", "1/s", KV),
          rate("kv_errors", "1/s", MetricNames.KV_REQUEST_ERRORS),
          rate("txn_requests", "1/s", TXN),
          of("sql_p50", "s", Kind.P50, SQL),
          of("sql_p95", "s", Kind.P95, SQL),
          of("sql_p99", "s", Kind.P99, SQL),
          of("kv_p50", "s", Kind.P50, KV),
          of("kv_p95", "s", Kind.P95, KV),
          of("kv_p99", "s", Kind.P99, KV),
          of("sync_p50", "s", Kind.P50, SYNC),
          of("sync_p99", "s", Kind.P99, SYNC),
          new MeterSeries("raft_p50", "s", Kind.P50, ENTRY, "stage", Set.of("quorum")),
          new MeterSeries("raft_p99", "s", Kind.P99, ENTRY, "stage", Set.of("quorum")),
          new MeterSeries("raft_entries", "1/s", Kind.RATE, ENTRY, "stage", Set.of("quorum")),
          rate("raft_elections", "1/s", "troupe_raft_elections_started"),
          rate("raft_leader_changes", "1/s", "troupe_raft_leader_changes"),
          of("raft_lag", "s", Kind.PEAK, "troupe_raft_follower_lag_max_seconds"),
          level("raft_log_bytes", "B", "troupe_raft_log_retained_bytes"),
          level("leaders", "", "troupe_range_leaders"),
          level("under_replicated", "", "troupe_range_underreplicated"),
          rate("sent_bytes", "B/s", "troupe_transport_sent_bytes"),
          rate("received_bytes", "B/s", "troupe_transport_received_bytes"),
          rate("oracle_timestamps", "1/s", "troupe_oracle_timestamps"),
          rate("oracle_requests", "1/s", "troupe_oracle_requests"),
          rate("oracle_failures", "1/s", "troupe_oracle_failures"),
          of("oracle_p50", "s", Kind.P50, ORACLE),
          of("oracle_p99", "s", Kind.P99, ORACLE),
          rate("txn_begun", "1/s", "troupe_txn_begun"),
          rate("txn_commits", "1/s", "troupe_txn_commits"),
          rate("txn_aborts", "1/s", "troupe_txn_aborts"),
          rate("txn_retries", "1/s", "troupe_txn_retries"),
          rate("txn_deadlocks", "1/s", "troupe_txn_deadlocks"),
          level("txn_open", "", "troupe_txn_open"),
          level("locks_held", "", "troupe_txn_locks_held"),
          rate("log_bytes", "B/s", "troupe_log_written_bytes"),
          rate("compaction_bytes", "B/s", "troupe_store_compaction_written_bytes"),
          level("table_bytes", "B", "troupe_store_table_bytes"),
          level("disk_available", "B", "troupe_store_available_bytes"),
          level("process_cpu", "share", "process_cpu_usage"),
          level("system_cpu", "share", "system_cpu_usage"),
          new MeterSeries(
              "heap_used", "B", Kind.LEVEL, "jvm_memory_used_bytes", "area", Set.of("heap")),
          new MeterSeries(
              "off_heap_used", "B", Kind.LEVEL, "jvm_memory_used_bytes", "area", Set.of("nonheap")),
          of("gc_time", "share", Kind.SUM_RATE, "jvm_gc_pause_seconds"),
          level("threads", "", "jvm_threads_live_threads"),
          level("open_files", "", "process_files_open_files"));

  public MeterSeries {
    values = Set.copyOf(values);
  }

  private static MeterSeries of(String name, String unit, Kind kind, String family) {
    return new MeterSeries(name, unit, kind, family, "", Set.of());
  }

  private static MeterSeries rate(String name, String unit, String family) {
    return of(name, unit, Kind.RATE, family);
  }

  private static MeterSeries level(String name, String unit, String family) {
    return of(name, unit, Kind.LEVEL, family);
  }
}
