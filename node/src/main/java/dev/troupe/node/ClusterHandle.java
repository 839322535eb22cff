package dev.troupe.node;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A running cluster part of a node: its actor system with transport, store, replicas and router.
 * Any thread; no method blocks.
 */
public interface ClusterHandle {
  KvClient kv();

  Transactions transactions();

  TimestampSource timestamps();

  FollowerReads followers();

  SessionSignals signals();

  NodeQuestions questions();

  LocalRanges ranges();

  OpenTransactions underWay();

  ClusterAdmin admin();

  /** Whether this node has joined its peers and reaches the system range. Cheap: polled often. */
  boolean ready();

  /** Why {@link #ready()} is false, in words for an operator; empty when it is true. */
  String notReadyReason();

  /**
   * {@code host:port} of the cluster ports of the other members known now. Cheap; kept on disk by
   * the caller so that a restart finds its peers without anybody's help.
   */
  List<String> peers();

  /**
   * Moves leaderships away and refuses new ones. The caller bounds the time it waits; {@link
   * #stop()} may be called before this completes.
   */
  CompletionStage<Void> drain();

  /** Leaves and ends everything. The store is still open afterwards: its owner closes it. */
  CompletionStage<Void> stop();

  /**
   * Completes when the part has ended, with what ended it. An end that nobody asked for (the node
   * was downed by its peers) is repaired by the caller with a new start on the same store.
   */
  CompletionStage<End> ended();

  /** What ended a cluster part. */
  enum End {
    /** {@link ClusterHandle#stop()} was called. */
    STOPPED,
    /** The peers removed the node, or its actor system ended by itself. */
    EXPELLED,
    /** A peer belongs to another cluster: starting again cannot help. */
    WRONG_CLUSTER,
    /** The node was decommissioned: it never comes back. */
    DECOMMISSIONED
  }
}
