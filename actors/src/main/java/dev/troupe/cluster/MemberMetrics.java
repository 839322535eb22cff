package dev.troupe.cluster;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gc.CollectionCounts;
import dev.troupe.oracle.OracleMetrics;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.RangeMetrics;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.transport.PeerLinks;
import dev.troupe.transport.TransportCounters;
import dev.troupe.txn.TransactionNode;
import dev.troupe.txn.TxnMetrics;
import java.util.HashSet;

/** What a node's part in its cluster can say in numbers. Any thread; nothing here waits. */
public final class MemberMetrics {
  /** Where the numbers are. */
  record Parts(
      NodeId self,
      ReplicaDirectory directory,
      ClusterNodes nodes,
      DescriptorCache descriptors,
      TransactionNode transactions,
      OracleMetrics oracle,
      PeerLinks links,
      CollectionCounts collected,
      ClockOffsets clocks,
      MonotonicClock clock,
      int replicationFactor) {}

  private final Parts parts;

  MemberMetrics(Parts parts) {
    this.parts = parts;
  }

  public RangeMetrics ranges() {
    return parts.directory().metrics();
  }

  /** Looks at every replica: not for each request. */
  public ReplicaCensus census() {
    var reachable = new HashSet<>(parts.nodes().others());
    reachable.add(parts.self());
    return ReplicaCensus.take(
        parts.directory().all(),
        parts.self(),
        reachable,
        parts.replicationFactor(),
        parts.clock().nanos());
  }

  /** What is believed of where keys are. */
  public DescriptorCache descriptors() {
    return parts.descriptors();
  }

  public TxnMetrics transactions() {
    return parts.transactions().metrics();
  }

  public int openTransactions() {
    return parts.transactions().openTransactions();
  }

  /** Bytes that open transactions have written and not committed. */
  public long uncommittedBytes() {
    return parts.transactions().uncommittedBytes();
  }

  public OracleMetrics oracle() {
    return parts.oracle();
  }

  public TransportCounters.Snapshot transport() {
    return parts.links().counters().snapshot();
  }

  /** Bytes queued for or on their way to other nodes. */
  public long transportBytes() {
    return parts.nodes().others().stream().mapToLong(parts.links()::outstandingBytes).sum();
  }

  public CollectionCounts collected() {
    return parts.collected();
  }

  /** Members of the cluster that can be reached, this one included. */
  public int nodesReachable() {
    return parts.nodes().others().size() + 1;
  }

  /** Members of the cluster that cannot be reached. */
  public int nodesUnreachable() {
    return (int)
        parts.nodes().members().values().stream().filter(seen -> !seen.reachable()).count();
  }

  /** By how much the clock of another node differs from this one's at most, in milliseconds. */
  public long clockOffsetMillis() {
    return parts.clocks().worst(parts.nodes().others());
  }
}
