package dev.troupe.cluster;

import dev.troupe.control.KeptBorders;
import dev.troupe.control.ZoneBook;
import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gateway.KvGateway;
import dev.troupe.gc.ProtectedTimestamps;
import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.ClusterZones;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.store.ReplicaCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what operators ask, from any node. Changes name a state to be reached, so a change
 * whose leader was lost is asked of the next one. Any thread; never blocks.
 */
final class OperatorService implements ClusterAdmin {
  private static final long CHANGE_NANOS = 600_000_000_000L;
  private static final long TRANSFER_NANOS = 15_000_000_000L;
  private static final long ATTEMPT_NANOS = 30_000_000_000L;
  private static final long RETRY_NANOS = 200_000_000L;

  /** What the service works with. */
  record Parts(
      NodeId self,
      KvClient kv,
      TimestampSource timestamps,
      ReplicaDirectory directory,
      DescriptorCache descriptors,
      ClusterNodes nodes,
      StoreDescriber describer,
      ClusterLook look,
      Standings standings,
      ZoneBook zones,
      Decommissioning decommissioning,
      PeerNetwork peers,
      PendingCalls calls,
      MonotonicClock clock,
      KvGateway.Later later,
      ClusterEvents events,
      LoadSurvey loads,
      KeptBorders borders,
      Runnable announceDraining) {}

  private final Parts parts;
  private final RangeOverview overview = new RangeOverview();
  private final RangeSplitter splitter;
  private final RangeMerger merger;
  private final ReplicaCalls replicas;
  private final ZoneOrders zones;

  OperatorService(Parts parts) {
    this.parts = parts;
    this.splitter =
        new RangeSplitter(
            parts.kv(),
            this::ranges,
            this::believedLeader,
            this::change,
            parts.clock(),
            parts.later());
    this.merger =
        new RangeMerger(
            new ProtectedTimestamps(parts.kv(), parts.timestamps()),
            parts.timestamps(),
            this::ranges,
            this::change,
            parts.clock(),
            parts.later());
    this.zones = new ZoneOrders(parts.zones(), this::splitRange, parts.events());
    this.replicas =
        new ReplicaCalls(
            parts.self(), parts.directory(), parts.peers(), parts.calls(), parts.clock());
  }

  @Override
  public CompletionStage<List<NodeStatus>> nodes() {
    var stores = parts.describer().all();
    return parts
        .look()
        .records()
        .thenCombine(
            parts.standings().all(),
            (records, standings) -> stores.thenApply(told -> statuses(records, standings, told)))
        .thenCompose(statuses -> statuses);
  }

  private List<NodeStatus> statuses(
      List<NodeRecord> records,
      Map<NodeId, Standing> standings,
      Map<NodeId, PeerMessage.StoreDescription> stores) {
    var statuses = new ArrayList<NodeStatus>();
    for (NodeRecord node : records) {
      PeerMessage.StoreDescription store = stores.get(node.id());
      int replicas = store == null ? 0 : store.replicas().size();
      long leaders =
          store == null
              ? 0
              : store.replicas().stream().filter(r -> r.role().equals("leader")).count();
      statuses.add(
          new NodeStatus(
              node.id(),
              node.pid(),
              node.clusterAddress(),
              node.grpcAddress(),
              node.sqlAddress(),
              node.httpAddress(),
              state(node.id(), standings.getOrDefault(node.id(), Standing.ACTIVE), store),
              node.startedAtMillis(),
              node.version(),
              node.locality(),
              replicas,
              (int) leaders));
    }
    return statuses;
  }

  private NodeStatus.State state(
      NodeId node, Standing standing, PeerMessage.@Nullable StoreDescription store) {
    if (standing == Standing.DECOMMISSIONED) {
      return NodeStatus.State.DECOMMISSIONED;
    }
    ClusterNodes.Seen seen = parts.nodes().members().get(node);
    if (seen == null) {
      return store == null ? NodeStatus.State.DEAD : NodeStatus.State.LIVE;
    }
    if (!seen.reachable() || store == null) {
      return NodeStatus.State.UNREACHABLE;
    }
    if (standing == Standing.DECOMMISSIONING) {
      return NodeStatus.State.DECOMMISSIONING;
    }
    return store.draining() ? NodeStatus.State.DRAINING : NodeStatus.State.LIVE;
  }

  @Override
  public CompletionStage<List<RangeStatus>> ranges() {
    return parts
        .describer()
        .all()
        .thenApply(stores -> overview.merge(stores, parts.clock().nanos()));
  }

  private @Nullable NodeId believedLeader(RangeId range) {
    LocalReplica own = parts.directory().find(range);
    return own != null && own.leads() ? parts.self() : parts.descriptors().leader(range);
  }

  @Override
  public CompletionStage<List<LoadStatus>> loads() {
    return parts
        .loads()
        .all(false)
        .thenApply(survey -> survey.loads().stream().map(OperatorService::status).toList());
  }

  private static LoadStatus status(RangeLoad load) {
    LoadShape shape = load.shape();
    return new LoadStatus(
        load.descriptor().id(),
        load.bytes(),
        load.middle(),
        shape == null
            ? null
            : new LoadSample(
                shape.samples(),
                shape.writeShare(),
                shape.cut(),
                shape.cutShare(),
                shape.hotKey(),
                shape.hotShare(),
                shape.risingShare()));
  }

  @Override
  public CompletionStage<Void> transferLeadership(RangeId range, NodeId target) {
    return change(new AdminRequest.TransferLeadership(range, target), TRANSFER_NANOS);
  }

  @Override
  public CompletionStage<Void> addReplica(RangeId range, NodeId target) {
    if (!parts.nodes().members().containsKey(target)) {
      return CompletableFuture.failedFuture(unknownNode(target));
    }
    return change(new AdminRequest.AddReplica(range, target), CHANGE_NANOS);
  }

  @Override
  public CompletionStage<Void> removeReplica(RangeId range, NodeId node) {
    return change(new AdminRequest.RemoveReplica(range, node), CHANGE_NANOS);
  }

  @Override
  public CompletionStage<Void> moveReplica(RangeId range, NodeId from, NodeId to) {
    if (from.equals(to)) {
      // Adding would find a replica there and removing would take it away.
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.INVALID_ARGUMENT,
              "a replica cannot move from " + from + " to the same node: name another one"));
    }
    return ranges()
        .thenCompose(
            ranges -> {
              if (ranges.stream()
                  .anyMatch(r -> r.descriptor().id().equals(range) && !has(r, from, to))) {
                return CompletableFuture.failedFuture(
                    new TroupeException(
                        ErrorCode.PRECONDITION_FAILED,
                        from + " holds no replica of " + range + ": see 'troupe range show'"));
              }
              return addReplica(range, to).thenCompose(added -> removeReplica(range, from));
            });
  }

  @Override
  public CompletionStage<SplitResult> splitRange(Key key) {
    // Kept first, it would be missing for a moment, and whoever makes lost borders again could be
    // quicker than this order.
    return splitter
        .split(key)
        .thenCompose(split -> parts.borders().keep(key).thenApply(kept -> split))
        .whenComplete(
            (split, failure) -> {
              if (split != null && split.done()) {
                SplitEvents.byHand(parts.events(), split);
              }
            });
  }

  /** For whoever splits by what was measured. */
  CompletionStage<SplitResult> splitRange(RangeDescriptor seen, Key key) {
    return splitter.split(seen, key);
  }

  @Override
  public ClusterZones zones() {
    return zones;
  }

  @Override
  public ClusterEvents events() {
    return parts.events();
  }

  @Override
  public CompletionStage<MergeResult> mergeRange(Key border) {
    // It is let go of first: whoever looks after kept borders would make it again.
    return parts
        .borders()
        .lift(border)
        .thenCompose(lifted -> merger.merge(border))
        .whenComplete(
            (merged, failure) -> {
              if (merged != null && merged.done()) {
                SplitEvents.mergedByHand(parts.events(), border, merged);
              }
            });
  }

  /** For whoever merges by what was measured. */
  CompletionStage<MergeResult> mergeRanges(RangeDescriptor left, RangeDescriptor right) {
    return merger.merge(left, right);
  }

  @Override
  public CompletionStage<Integer> liftBorders(KeySpan span) {
    return parts.borders().lift(span);
  }

  /** Whether there is something to move; what has arrived already is a move that was repeated. */
  private static boolean has(RangeStatus range, NodeId from, NodeId to) {
    var members = range.descriptor().members();
    return members.onNode(from).isPresent() || members.onNode(to).isPresent();
  }

  @Override
  public CompletionStage<Departure> departure(NodeId node, int replicasBelow) {
    return parts.decommissioning().progress(node, replicasBelow);
  }

  @Override
  public CompletionStage<Departure> decommission(NodeId node, boolean force) {
    return parts.decommissioning().begin(node, force);
  }

  @Override
  public CompletionStage<Departure> recommission(NodeId node) {
    return parts.decommissioning().takeBack(node);
  }

  @Override
  public CompletionStage<Void> drain(NodeId node, long patienceNanos) {
    if (!node.equals(parts.self())) {
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.PRECONDITION_FAILED,
              node + " can only drain itself: ask it at its own gRPC address"));
    }
    parts.nodes().drain(true);
    parts.announceDraining().run();
    var drained = new CompletableFuture<Void>();
    awaitNoLeaders(drained, parts.clock().nanos() + Math.min(patienceNanos, ATTEMPT_NANOS));
    return drained;
  }

  private void awaitNoLeaders(CompletableFuture<Void> drained, long deadline) {
    parts
        .describer()
        .own(
            store -> {
              List<RangeId> led =
                  store.replicas().stream()
                      .filter(OperatorService::leadsOthers)
                      .map(ReplicaDescription::range)
                      .toList();
              if (led.isEmpty()) {
                drained.complete(null);
              } else if (parts.clock().nanos() - deadline >= 0) {
                drained.completeExceptionally(
                    new TroupeException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        parts.self() + " still leads " + led + ": no other voter is level"));
              } else {
                parts.later().run(RETRY_NANOS / 4, () -> awaitNoLeaders(drained, deadline));
              }
            });
  }

  /** Whether there is somebody to whom the leadership could go. */
  private static boolean leadsOthers(ReplicaDescription replica) {
    RangeDescriptor descriptor = replica.descriptor();
    return replica.role().equals("leader")
        && descriptor != null
        && descriptor.members().voters().size() > 1;
  }

  private static TroupeException unknownNode(NodeId node) {
    return new TroupeException(
        ErrorCode.UNKNOWN_NODE, node + " is not a live member: see 'troupe node ls'");
  }

  // --- changes of a range -----------------------------------------------------------------------

  private CompletionStage<Void> change(AdminRequest request, long nanos) {
    return change(request, null, nanos);
  }

  /** Asks until it is reached, refused, or too late; the leader may be known to the caller. */
  CompletionStage<Void> change(AdminRequest request, @Nullable NodeId believedLeader, long nanos) {
    var reached = new CompletableFuture<Void>();
    ask(request, believedLeader, parts.clock().nanos() + nanos, reached);
    return reached;
  }

  private void ask(
      AdminRequest request,
      @Nullable NodeId leader,
      long deadline,
      CompletableFuture<Void> reached) {
    long now = parts.clock().nanos();
    if (now - deadline >= 0) {
      reached.completeExceptionally(
          new TroupeException(ErrorCode.DEADLINE_EXCEEDED, request + " was not reached in time"));
    } else if (leader == null) {
      findLeader(request, deadline, reached);
    } else {
      // What waits for another node is asked again now and then: that one may be lost.
      long attempt =
          leader.equals(parts.self()) ? deadline : Math.min(deadline, now + ATTEMPT_NANOS);
      replicas.ask(
          leader, request, attempt, outcome -> onOutcome(request, outcome, deadline, reached));
    }
  }

  private void onOutcome(
      AdminRequest request,
      RangeReplica.AdminOutcome outcome,
      long deadline,
      CompletableFuture<Void> reached) {
    switch (outcome) {
      case RangeReplica.AdminOutcome.Reached done -> reached.complete(null);
      case RangeReplica.AdminOutcome.Elsewhere other ->
          retry(request, other.leader(), deadline, reached);
      case RangeReplica.AdminOutcome.Failed failed -> {
        boolean again =
            failed.code() == ErrorCode.OVERLOADED || failed.code() == ErrorCode.DEADLINE_EXCEEDED;
        if (again && parts.clock().nanos() - deadline < 0) {
          retry(request, null, deadline, reached);
        } else {
          reached.completeExceptionally(new TroupeException(failed.code(), failed.message()));
        }
      }
    }
  }

  private void findLeader(AdminRequest request, long deadline, CompletableFuture<Void> reached) {
    ranges()
        .thenAccept(
            ranges -> {
              var range =
                  ranges.stream()
                      .filter(r -> r.descriptor().id().equals(request.range()))
                      .findFirst();
              if (range.isEmpty()) {
                reached.completeExceptionally(
                    new TroupeException(
                        ErrorCode.UNKNOWN_RANGE,
                        "there is no range " + request.range() + ": see 'troupe range ls'"));
              } else if (range.get().leader() == null) {
                retry(request, null, deadline, reached);
              } else {
                ask(request, range.get().leader(), deadline, reached);
              }
            });
  }

  private void retry(
      AdminRequest request,
      @Nullable NodeId leader,
      long deadline,
      CompletableFuture<Void> reached) {
    parts.later().run(RETRY_NANOS, () -> ask(request, leader, deadline, reached));
  }
}
