package dev.troupe.node.metrics;

/**
 * Names of metrics of the process and its doors: {@code troupe_<area>_<what>_<unit>}. Other areas
 * have theirs where they are collected, see {@link Families}; docs/metrics.md lists all.
 */
final class MetricNames {
  /** Histogram by operation. */
  static final String KV_REQUEST_SECONDS = "troupe_kv_request_duration_seconds";

  /** Counter by operation and reason (the names of the error catalogue). */
  static final String KV_REQUEST_ERRORS = "troupe_kv_request_errors";

  static final String KV_IN_FLIGHT = "troupe.kv.requests.in.flight";
  static final String KV_IN_FLIGHT_BYTES = "troupe.kv.requests.in.flight.bytes";
  static final String KV_IN_FLIGHT_LIMIT = "troupe.kv.requests.in.flight.limit";
  static final String KV_OVERLOADED = "troupe.kv.requests.overloaded";
  static final String SQL_OVERLOADED = "troupe.sql.transactions.overloaded";

  /** Histogram by operation, of the transaction service. */
  static final String TXN_REQUEST_SECONDS = "troupe_txn_request_duration_seconds";

  /** Counter by operation and reason. */
  static final String TXN_REQUEST_ERRORS = "troupe_txn_request_errors";

  /** Streams of the transaction service, each with at most one transaction. */
  static final String TXN_SESSIONS = "troupe.txn.sessions.open";

  /** Counter by outcome (served, waited, redirected), of reads of the past. */
  static final String FOLLOWER_READS = "troupe.follower.reads";

  /** 1 while the node is ready. */
  static final String NODE_READY = "troupe.node.ready";

  /** Constant 1, with the version as label. */
  static final String NODE_VERSION = "troupe.node.version";

  /** How often the cluster part was started: more than once means that the node was downed. */
  static final String CLUSTER_STARTS = "troupe.cluster.starts";

  private MetricNames() {}
}
