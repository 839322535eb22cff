package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Brings a node that has its identity into the Pekko cluster of its peers, and back into it after
 * they were cut off from each other. One per actor system, ends with it. Thread-safe.
 *
 * <p>The rule by which nodes find together is described at {@code PeerSightings}. A node whose
 * peers have removed it, or which finds itself on the smaller of two islands, ends its actor
 * system: its owner starts a new one with a new joiner, on the same store. That is harmless,
 * because nothing depends on membership for safety, and nobody is needed for it.
 */
public final class ClusterJoiner {
  /** Why the actor system ended. */
  public enum Reason {
    /** Somebody in this process ended it. */
    TERMINATED,
    /** The peers have removed this node: start again. */
    EXPELLED,
    /** A larger part of the cluster was found: start again to join it. */
    MERGING,
    /** All known peers belong to another cluster: starting again cannot help. */
    WRONG_CLUSTER,
    /** The node was decommissioned: it never comes back. */
    DECOMMISSIONED
  }

  /**
   * What the joiner needs to know.
   *
   * @param clusterHash 64 bits of the cluster's id; peers of another cluster are left alone
   * @param founder the node forms the cluster when none of its peers is in one yet, without waiting
   *     for silent ones
   * @param peers {@code host:port} of cluster ports as the peers advertise them; the node's own is
   *     ignored
   */
  public record Plan(long clusterHash, NodeId self, boolean founder, List<String> peers) {
    public Plan {
      peers = List.copyOf(peers);
    }
  }

  private final ActorSystem<?> system;
  private final ActorRef<JoinProcess.Command> process;
  private final CompletableFuture<Reason> ended = new CompletableFuture<>();
  private volatile Reason chosen = Reason.TERMINATED;

  private ClusterJoiner(ActorSystem<?> system, Plan plan, MonotonicClock clock) {
    this.system = system;
    process =
        system.systemActorOf(
            JoinProcess.create(plan, clock, this::end), JoinProcess.NAME, Props.empty());
    system.getWhenTerminated().whenComplete((done, failure) -> ended.complete(reasonAtEnd()));
  }

  /**
   * Begins at once and goes on until the actor system ends.
   *
   * @throws IllegalArgumentException when a peer is not {@code host:port}
   */
  public static ClusterJoiner start(ActorSystem<?> system, Plan plan, MonotonicClock clock) {
    return new ClusterJoiner(system, plan, clock);
  }

  /** Whether this node is a member that the others accept. */
  public boolean joined() {
    MemberStatus status = Cluster.get(system).selfMember().status();
    return status == MemberStatus.up() || status == MemberStatus.weaklyUp();
  }

  /** {@code host:port} of the other members, as they are to be given to the next start. */
  public List<String> peers() {
    Cluster cluster = Cluster.get(system);
    Address self = cluster.selfMember().address();
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .map(Member::address)
        .filter(address -> !address.equals(self))
        .map(JoinProcess::hostPort)
        .sorted()
        .toList();
  }

  /** Tells the joiner about another node, for instance one that has just been given its id. */
  public void know(String hostPort) {
    process.tell(new JoinProcess.Know(hostPort));
  }

  /** The node is out of the cluster for good. */
  void leaveForGood() {
    end(Reason.DECOMMISSIONED);
  }

  /** Completes when the actor system has ended, whoever ended it. */
  public CompletionStage<Reason> ended() {
    return ended.minimalCompletionStage();
  }

  /** Called by the process only. */
  private void end(Reason reason) {
    if (chosen == Reason.TERMINATED) {
      chosen = reason;
    }
    system.terminate();
  }

  private Reason reasonAtEnd() {
    if (chosen != Reason.TERMINATED) {
      return chosen;
    }
    boolean byPeers =
        CoordinatedShutdown.get(system)
            .getShutdownReason()
            .filter(
                reason ->
                    reason == CoordinatedShutdown.clusterDowningReason()
                        || reason == CoordinatedShutdown.clusterLeavingReason())
            .isPresent();
    return byPeers ? Reason.EXPELLED : Reason.TERMINATED;
  }
}
