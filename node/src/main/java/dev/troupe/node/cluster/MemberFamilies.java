package dev.troupe.node.cluster;

import dev.troupe.cluster.MemberMetrics;
import dev.troupe.cluster.ReplicaCensus;
import dev.troupe.node.metrics.Families;
import dev.troupe.oracle.OracleMetrics;
import dev.troupe.protocol.metric.Histogram;
import dev.troupe.range.RangeMetrics;
import dev.troupe.transport.TransportCounters;
import dev.troupe.txn.TxnMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The metrics of a node's part in its cluster: ranges, transactions, oracle, transport. */
final class MemberFamilies {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final AtomicBoolean registered = new AtomicBoolean();
  // The registry outlives a part of the cluster, and looks here for the one that runs.
  private volatile @Nullable MemberMetrics running;

  /** Shows these from now on. */
  void show(MemberMetrics metrics, PrometheusRegistry registry) {
    running = metrics;
    if (registered.compareAndSet(false, true)) {
      registry.register(Families.collector(this::collect));
    }
  }

  private void collect(Families all) {
    MemberMetrics member = running;
    if (member == null) {
      return;
    }
    census(all, member.census());
    ranges(all, member.ranges());
    transactions(all, member);
    oracle(all, member.oracle());
    transport(all, member);
    all.counter(
            "troupe_gateway_range_lookup_hits",
            "Requests whose range was known here without asking",
            member.descriptors().hits())
        .counter(
            "troupe_gateway_range_lookup_misses",
            "Requests whose range had to be looked up in the system range",
            member.descriptors().misses())
        .gauge(
            "troupe_cluster_nodes_reachable",
            "Members of the cluster that can be reached, this one included",
            member.nodesReachable())
        .gauge(
            "troupe_cluster_nodes_unreachable",
            "Members of the cluster that are silent and were not taken out yet",
            member.nodesUnreachable())
        .gauge(
            "troupe_clock_offset_max_seconds",
            "Largest difference between the clock here and that of another node",
            member.clockOffsetMillis() / MILLIS_PER_SECOND);
  }

  private static void census(Families all, ReplicaCensus now) {
    all.gauge("troupe_range_replicas", "Replicas of ranges on this node", now.replicas())
        .gauge("troupe_range_leaders", "Ranges that are led here", now.leaders())
        .gauge("troupe_range_replicas_quiesced", "Replicas without heartbeats", now.asleep())
        .gauge(
            "troupe_range_underreplicated",
            "Ranges led here with fewer replicas in reach than they should have",
            now.underReplicated())
        .gauge(
            "troupe_range_unavailable",
            "Ranges without a leader, counted by the first node that has a replica",
            now.unavailable())
        .gauge(
            "troupe_txn_locks_held", "Locks with values in ranges that are led here", now.locks())
        .gauge(
            "troupe_raft_follower_lag_max_seconds",
            "How long the worst follower of a range led here has been behind",
            now.followerLagNanos() / NANOS_PER_SECOND)
        .gauge("troupe_raft_log_retained_bytes", "Raft logs that are kept", now.logBytes());
  }

  private static void ranges(Families all, RangeMetrics ranges) {
    Map<String, Histogram> stages = new LinkedHashMap<>();
    stages.put("log", ranges.logged());
    stages.put("quorum", ranges.committed());
    stages.put("applied", ranges.applied());
    all.seconds(
            "troupe_raft_entry_duration_seconds",
            "Time to an entry's stages: log is from the handing over to this node's log until it"
                + " was synced; quorum and applied are from a leader's proposal on",
            "stage",
            stages)
        .sizes(
            "troupe_raft_entry_writes",
            "Writes that shared a log entry of a range led here",
            ranges.writesPerEntry())
        .counter(
            "troupe_raft_elections_started",
            "Times that a replica here heard no leader and wanted to lead",
            ranges.campaigns())
        .counter(
            "troupe_raft_leader_changes",
            "Times that a replica here became a leader, after an election or a transfer",
            ranges.reigns())
        .counter("troupe_range_splits", "Splits of ranges that are led here", ranges.splits())
        .counter("troupe_range_merges", "Merges of ranges that are led here", ranges.merges())
        .counter(
            "troupe_range_membership_changes",
            "Members added, promoted and removed in ranges that are led here",
            ranges.moves())
        .counter(
            "troupe_range_snapshots_installed",
            "Snapshots that replicas here took over",
            ranges.snapshotsInstalled())
        .seconds(
            "troupe_txn_lock_wait_seconds",
            "How long requests have waited here for the locks of other transactions",
            ranges.lockWaits());
  }

  private static void transactions(Families all, MemberMetrics member) {
    TxnMetrics txns = member.transactions();
    Map<String, Long> commits = new LinkedHashMap<>();
    commits.put("one", txns.oneRound());
    commits.put("two", txns.twoRounds());
    commits.put("none", txns.readOnly());
    Map<String, Long> aborts = new LinkedHashMap<>();
    txns.aborts((code, count) -> aborts.put(code.name().toLowerCase(Locale.ROOT), count));
    all.counter("troupe_txn_begun", "Transactions begun at this node", txns.begun())
        .counters(
            "troupe_txn_commits",
            "Transactions committed, by how many rounds of writing that took",
            "rounds",
            commits)
        .counters(
            "troupe_txn_aborts",
            "Transactions that failed, by reason; those that clients gave up are not among them",
            "reason",
            aborts)
        .counter(
            "troupe_txn_rollbacks", "Transactions that their clients gave up", txns.rolledBack())
        .counter(
            "troupe_txn_retries",
            "Attempts after the first one of transactions that are run again here",
            txns.attemptsAgain())
        .counter(
            "troupe_txn_deadlocks",
            "Transactions that had to give way in a circle of waits",
            txns.deadlocks())
        .gauge("troupe_txn_open", "Transactions under way at this node", member.openTransactions())
        .gauge(
            "troupe_txn_uncommitted_bytes",
            "What open transactions have written and not committed",
            member.uncommittedBytes());
  }

  private static void oracle(Families all, OracleMetrics oracle) {
    all.counter(
            "troupe_oracle_timestamps",
            "Timestamps given to requests of this node",
            oracle.granted())
        .counter("troupe_oracle_requests", "Requests for timestamps", oracle.requests())
        .counter("troupe_oracle_failures", "Requests that were given nothing", oracle.failed())
        .counter(
            "troupe_oracle_batches",
            "Questions to the oracle, each for all requests that waited",
            oracle.batches())
        .seconds(
            "troupe_oracle_wait_seconds",
            "How long requests have waited that could not be answered at once",
            oracle.waited())
        .counter(
            "troupe_oracle_windows_persisted",
            "Times that this node, as the oracle, put numbers ahead of itself on record",
            oracle.windows())
        .counter(
            "troupe_oracle_tenures", "Times that this node became the oracle", oracle.tenures());
  }

  private static void transport(Families all, MemberMetrics member) {
    TransportCounters.Snapshot counts = member.transport();
    Map<String, Long> lost = new LinkedHashMap<>();
    lost.put("window_full", counts.windowRefusals());
    lost.put("unconnected", counts.unconnected());
    lost.put("unsendable", counts.unsendable());
    Map<String, Long> refused = new LinkedHashMap<>();
    refused.put("malformed", counts.malformed());
    refused.put("foreign", counts.foreign());
    refused.put("old_incarnation", counts.oldIncarnations());
    refused.put("outdated", counts.outdated());
    refused.put("handler", counts.handlerFailures());
    all.counter(
            "troupe_transport_sent_envelopes",
            "Envelopes sent to other nodes",
            counts.envelopesSent())
        .counter(
            "troupe_transport_sent_messages", "Messages sent to other nodes", counts.messagesSent())
        .counter("troupe_transport_sent_bytes", "Bytes sent to other nodes", counts.bytesSent())
        .counter(
            "troupe_transport_received_envelopes",
            "Envelopes received from other nodes",
            counts.envelopesReceived())
        .counter(
            "troupe_transport_received_messages",
            "Messages received from other nodes",
            counts.messagesReceived())
        .counter(
            "troupe_transport_received_bytes",
            "Bytes received from other nodes",
            counts.bytesReceived())
        .counters(
            "troupe_transport_dropped_messages",
            "Messages to other nodes that were not sent, by reason",
            "reason",
            lost)
        .counters(
            "troupe_transport_refused",
            "Envelopes and messages of others that were not taken, by reason",
            "reason",
            refused)
        .counter(
            "troupe_transport_window_resets",
            "Times that what was on its way to a node was given up",
            counts.windowResets())
        .gauge(
            "troupe_transport_queued_bytes",
            "Bytes queued for or on their way to other nodes",
            member.transportBytes());
  }
}
