package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.follower.NearestReads;
import dev.troupe.gc.CollectionSettings;
import dev.troupe.gc.ProtectedTimestamps;
import dev.troupe.oracle.OracleClient;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.split.SplitSettings;
import dev.troupe.store.StoreRuntime;
import dev.troupe.transport.TransportPorts;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in a cluster: its actor system with transport, store, replicas and gateway, on an
 * open store that outlives it. When the peers remove the node the actor system ends, and a new one
 * may be started on the same store. Any thread.
 */
public final class ClusterMember {
  /**
   * Who the node is and whom it knows.
   *
   * @param record what it tells the others of itself
   * @param clusterHash see {@code PeerIdentity}
   * @param seeds {@code host:port} of cluster ports of others
   * @param founder whether it may form a cluster by itself
   * @param splits when ranges are split by themselves
   * @param operator settings that override ours
   * @param tracer begins the spans of the node; null: it records nothing
   */
  public record Settings(
      NodeRecord record,
      long clusterHash,
      PekkoConfig.Endpoint endpoint,
      List<String> seeds,
      boolean founder,
      ReplicaSettings replicas,
      PlacementSettings placement,
      CollectionSettings collection,
      SplitSettings splits,
      Config operator,
      @Nullable Tracer tracer) {
    public NodeId node() {
      return record.id();
    }
  }

  private final ActorSystem<Void> system;
  private final NodeParts parts;

  private ClusterMember(ActorSystem<Void> system, NodeParts parts) {
    this.system = system;
    this.parts = parts;
  }

  /**
   * Starts the actor system and joins in the background.
   *
   * @param fatal told when the node must not go on, with what to do about it
   * @throws RuntimeException when the cluster port cannot be bound
   */
  public static ClusterMember start(
      Settings settings, StoreRuntime store, TransportPorts ports, Consumer<String> fatal) {
    ActorSystemSetup setup =
        PekkoConfig.setup(
            settings.node(), settings.endpoint(), ports.socket(), settings.operator());
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), PekkoConfig.SYSTEM_NAME, setup);
    try {
      return new ClusterMember(system, NodeParts.start(system, settings, store, ports, fatal));
    } catch (RuntimeException failure) {
      system.terminate();
      throw failure;
    }
  }

  public KvClient kv() {
    return parts.gateway();
  }

  /** Where this node's timestamps come from. */
  public OracleClient timestamps() {
    return parts.timestamps();
  }

  public Transactions transactions() {
    return parts.transactions();
  }

  /** What this node's part says in numbers. */
  public MemberMetrics metrics() {
    return parts.metrics();
  }

  /** Keeps old versions from being collected, in the whole cluster. */
  public ProtectedTimestamps protections() {
    return new ProtectedTimestamps(parts.gateway(), parts.timestamps());
  }

  /** Reads from near replicas. */
  public NearestReads followers() {
    return parts.followers();
  }

  /** To and from sessions of other nodes. */
  public SessionSignals signals() {
    return parts.signals();
  }

  /** To other nodes about themselves. */
  public NodeQuestions questions() {
    return parts.questions();
  }

  /** What is under way here. */
  public OpenTransactions underWay() {
    return parts.transactions();
  }

  public LocalRanges ranges() {
    return parts.ranges();
  }

  public ClusterAdmin admin() {
    return parts.operator();
  }

  public boolean ready() {
    return parts.announcer().ready() && !parts.nodes().draining();
  }

  public String notReadyReason() {
    if (parts.nodes().isLeaving()) {
      return "the node is being decommissioned";
    }
    return parts.nodes().draining() ? "the node is draining" : parts.announcer().problem();
  }

  /** Cluster ports of the other members known now. */
  public List<String> peers() {
    return parts.joiner().peers();
  }

  public CompletionStage<Void> drain() {
    return parts.operator().drain(parts.self(), Long.MAX_VALUE);
  }

  /** Ends the actor system; the store stays open. */
  public CompletionStage<ClusterJoiner.Reason> stop() {
    system.terminate();
    return ended();
  }

  /** Completes when the actor system has ended, wanted or not. */
  public CompletionStage<ClusterJoiner.Reason> ended() {
    return parts.joiner().ended();
  }
}
