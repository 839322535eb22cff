package dev.troupe.cluster;

import dev.troupe.gateway.KvGateway;
import dev.troupe.placement.Departure;
import dev.troupe.placement.NodeWatch;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.placement.PlacementView;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.store.PeerMessage;
import dev.troupe.transport.PeerNetwork;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes nodes out of the cluster for good, and back before it is done. What is wanted is a record
 * of the system range; placement carries it out. Any thread; never blocks.
 */
final class Decommissioning {
  private static final long WAIT_NANOS = 4_000_000_000L;
  private static final long LOOK_NANOS = 500_000_000L;

  private final ClusterLook look;
  private final Standings standings;
  private final ClusterNodes nodes;
  private final PeerNetwork peers;
  private final MonotonicClock clock;
  private final KvGateway.Later later;
  private final PlacementEvents events;
  private final boolean placing;

  Decommissioning(
      ClusterLook look,
      Standings standings,
      ClusterNodes nodes,
      PeerNetwork peers,
      MonotonicClock clock,
      KvGateway.Later later,
      PlacementEvents events,
      boolean placing) {
    this.look = look;
    this.standings = standings;
    this.nodes = nodes;
    this.peers = peers;
    this.clock = clock;
    this.later = later;
    this.events = events;
    this.placing = placing;
  }

  /** How far it is, some seconds later at most if it does not get any further. */
  CompletionStage<ClusterAdmin.Departure> progress(NodeId node, int replicasBelow) {
    var answer = new CompletableFuture<ClusterAdmin.Departure>();
    progress(node, replicasBelow, clock.nanos() + WAIT_NANOS, answer);
    return answer;
  }

  private void progress(
      NodeId node, int below, long deadline, CompletableFuture<ClusterAdmin.Departure> answer) {
    departure(node)
        .whenComplete(
            (departure, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (departure.replicas() < below
                  || !departure.standing().equals(word(Standing.DECOMMISSIONING))
                  || clock.nanos() - deadline >= 0) {
                answer.complete(departure);
              } else {
                later.run(LOOK_NANOS, () -> progress(node, below, deadline, answer));
              }
            });
  }

  /** How far it is, and what stands in the way. */
  private CompletionStage<ClusterAdmin.Departure> departure(NodeId node) {
    return look.everything().thenApply(told -> departure(node, told));
  }

  /** Begins; changes nothing when something stands in the way and it is not forced. */
  CompletionStage<ClusterAdmin.Departure> begin(NodeId node, boolean force) {
    if (!placing) {
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.PRECONDITION_FAILED,
              "nobody would move the replicas of "
                  + node
                  + ": placement is switched off (troupe.placement.look = 0s), switch it on on all"
                  + " nodes first"));
    }
    return departure(node)
        .thenCompose(
            departure ->
                departure.stuck().isEmpty() || force
                    ? change(node, EnumSet.of(Standing.ACTIVE), Standing.DECOMMISSIONING)
                    : CompletableFuture.completedStage(departure));
  }

  /** Takes it back; refused once the node is out. */
  CompletionStage<ClusterAdmin.Departure> takeBack(NodeId node) {
    return change(node, EnumSet.of(Standing.DECOMMISSIONING), Standing.ACTIVE)
        .thenApply(
            departure -> {
              if (departure.standing().equals(word(Standing.DECOMMISSIONED))) {
                throw new TroupeException(
                    ErrorCode.PRECONDITION_FAILED,
                    node + " was decommissioned: start a node with an empty directory instead");
              }
              return departure;
            });
  }

  /** Makes it final: the node holds nothing any more. */
  CompletionStage<Standing> end(NodeId node) {
    return standings
        .change(node, EnumSet.of(Standing.DECOMMISSIONING), Standing.DECOMMISSIONED)
        .whenComplete(
            (standing, failure) -> {
              if (failure == null) {
                tell(node, standing);
              }
            });
  }

  private CompletionStage<ClusterAdmin.Departure> change(
      NodeId node, Set<Standing> from, Standing to) {
    return standings
        .change(node, from, to)
        .thenCompose(
            standing -> {
              tell(node, standing);
              return departure(node);
            });
  }

  /** A hint to everybody, so that nothing new is put there. */
  private void tell(NodeId node, Standing standing) {
    if (nodes.standing(node) != standing) {
      events.standing(node, standing);
    }
    nodes.standing(node, standing);
    remind(node, standing);
  }

  /** Tells everybody what is wanted of a node; nothing depends on that they hear it. */
  void remind(NodeId node, Standing standing) {
    for (NodeId other : nodes.others()) {
      peers.send(other, new PeerMessage.StandingKnown(node, Standings.code(standing)));
    }
  }

  private ClusterAdmin.Departure departure(NodeId node, PlacementSight.Told told) {
    if (told.records().stream().noneMatch(record -> record.id().equals(node))) {
      throw new TroupeException(
          ErrorCode.UNKNOWN_NODE, "there is no " + node + ": see 'troupe node ls'");
    }
    // Nothing is decided by how long nodes have been silent here.
    var sight = new PlacementSight(new NodeWatch(1), nodes::isUp);
    PlacementView view = sight.see(told, clock.nanos());
    Standing standing = told.standings().getOrDefault(node, Standing.ACTIVE);
    List<ClusterAdmin.Stuck> stuck =
        standing == Standing.DECOMMISSIONED
            ? List.of()
            : Departure.stuck(view, node).stream()
                .map(one -> new ClusterAdmin.Stuck(one.range(), one.why()))
                .toList();
    return new ClusterAdmin.Departure(node, word(standing), view.replicas(node), stuck);
  }

  private static String word(Standing standing) {
    return standing.name().toLowerCase(Locale.ROOT);
  }
}
