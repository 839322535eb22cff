package dev.troupe.node.boot;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.ClusterHandle;
import dev.troupe.node.ClusterStarter;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchablePorts;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.node.join.Founding;
import dev.troupe.node.join.JoinClient;
import dev.troupe.node.join.Joining;
import dev.troupe.node.join.NodeIds;
import dev.troupe.node.join.PeerFile;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.v1.JoinRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node comes to its identity and its cluster. Stamped already: start at once with the peers
 * known. New: whichever comes first of an {@code init} order and an invitation by a join target.
 *
 * <p>Decisions are made on the one thread of the scheduler, so that init and invitation cannot both
 * win. Questions come from any thread.
 */
final class Membership implements ClusterDoor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final NodeId FOUNDER = new NodeId(1);
  private static final Duration PEERS_LIMIT = Duration.ofMillis(700);
  private static final String WAITING =
      "this node has no cluster yet: it waits to be taken in by its join targets, or for"
          + " `troupe init`";

  private final NodeSettings settings;
  private final NodeStore store;
  private final PeerFile peers;
  private final SwitchablePorts ports;
  private final NodeMetrics metrics;
  private final ClusterSupervisor supervisor;
  private final ScheduledExecutorService scheduler;
  private final MonotonicClock clock;
  private final RandomSource random;
  private final CompletableFuture<NodeIdentity> identity = new CompletableFuture<>();
  private final Founding founding;
  private volatile @Nullable Joining joining;

  Membership(
      NodeSettings settings,
      NodeStore store,
      PeerFile peers,
      SwitchablePorts ports,
      NodeMetrics metrics,
      ClusterSupervisor supervisor,
      ScheduledExecutorService scheduler,
      MonotonicClock clock,
      RandomSource random) {
    this.settings = settings;
    this.store = store;
    this.peers = peers;
    this.ports = ports;
    this.metrics = metrics;
    this.supervisor = supervisor;
    this.scheduler = scheduler;
    this.clock = clock;
    this.random = random;
    founding = new Founding(store.storeId());
  }

  /** Completes with the identity once the cluster part was started; fails when that failed. */
  CompletableFuture<NodeIdentity> identity() {
    return identity;
  }

  /** Begins; returns at once. */
  void begin(boolean singleNode) {
    scheduler.execute(
        () -> {
          NodeIdentity stamped = store.identity().orElse(null);
          if (stamped != null) {
            findPeersAndStart(stamped);
          } else if (singleNode) {
            found();
          } else {
            ports.refuse(ErrorCode.NOT_INITIALIZED, WAITING);
            join();
          }
        });
  }

  Readiness readiness() {
    if (identity.isDone() && !identity.isCompletedExceptionally()) {
      return supervisor.readiness();
    }
    Joining current = joining;
    String problems = current == null ? "" : current.problems();
    return Readiness.notYet(problems.isEmpty() ? WAITING : WAITING + " (" + problems + ")");
  }

  @Override
  public CompletionStage<NodeIdentity> initialize(boolean requireAll) {
    return CompletableFuture.supplyAsync(() -> askAndFound(requireAll), scheduler)
        .thenCompose(Function.identity());
  }

  /** Runs on the scheduler, and so does what follows the answers of the join targets. */
  private CompletableFuture<NodeIdentity> askAndFound(boolean requireAll) {
    requireNoIdentity();
    if (founding.active()) {
      throw new TroupeException(
          ErrorCode.NOT_INITIALIZED, "this node is about to form a cluster; ask again");
    }
    return founding
        .permission(joinTargets(), requireAll)
        .thenApplyAsync(permitted -> found(), scheduler)
        .whenComplete((made, failure) -> founding.end());
  }

  @Override
  public Standing standing() {
    String cluster = store.identity().map(NodeIdentity::clusterId).orElse("");
    return new Standing(cluster, store.storeId(), founding.active());
  }

  @Override
  public NodeId self() {
    NodeIdentity mine = identity.getNow(null);
    if (mine == null) {
      throw new TroupeException(ErrorCode.NOT_INITIALIZED, WAITING);
    }
    return mine.nodeId();
  }

  @Override
  public CompletionStage<Invitation> invite(
      String clusterAddress, String storeId, String clusterId, int nodeId) {
    NodeIdentity mine = identity.getNow(null);
    if (mine == null) {
      throw new TroupeException(ErrorCode.NOT_INITIALIZED, WAITING);
    }
    if (!clusterId.isEmpty()) {
      requireSame(mine, clusterId);
      return CompletableFuture.completedStage(invitation(mine, new NodeId(nodeId)));
    }
    return new NodeIds(ports.kv(), clock)
        .of(storeId)
        .thenApply(
            id -> {
              remember(clusterAddress);
              LOG.info("node {} at {} joins (store {})", id, clusterAddress, storeId);
              return invitation(mine, id);
            });
  }

  @Override
  public ClusterAdmin admin() {
    ClusterHandle handle = supervisor.handle();
    if (handle != null) {
      return handle.admin();
    }
    throw identity.isDone()
        ? new TroupeException(ErrorCode.RANGE_UNAVAILABLE, "the node is rejoining its cluster")
        : new TroupeException(ErrorCode.NOT_INITIALIZED, WAITING);
  }

  @Override
  public void close() {
    stopJoining();
  }

  private void requireNoIdentity() {
    NodeIdentity present = store.identity().orElse(null);
    if (present != null) {
      throw new TroupeException(
          ErrorCode.ALREADY_INITIALIZED,
          "this node is " + present.nodeId() + " of cluster " + present.clusterId() + " already");
    }
  }

  private NodeIdentity found() {
    requireNoIdentity();
    long high = random.nextLong(Long.MAX_VALUE);
    long low = random.nextLong(Long.MAX_VALUE);
    NodeIdentity mine = new NodeIdentity(new UUID(high, low).toString(), FOUNDER, store.storeId());
    try {
      peers.beginFounding();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    store.stamp(mine);
    startCluster(mine);
    return mine;
  }

  private void join() {
    List<String> targets = joinTargets();
    if (targets.isEmpty()) {
      return;
    }
    Joining attempt = new Joining(targets, joinRequest().build(), scheduler, clock, random);
    joining = attempt;
    attempt
        .start()
        .whenCompleteAsync(
            (invitation, failure) -> {
              if (invitation != null) {
                accept(invitation);
              } else if (failure instanceof TroupeException) {
                identity.completeExceptionally(failure);
              }
            },
            scheduler);
  }

  /**
   * A member knows its peers from its last run and starts with them whatever happens; what its join
   * targets say within a moment is added, for the case that all peers have moved.
   */
  private void findPeersAndStart(NodeIdentity mine) {
    JoinClient client = new JoinClient(joinTargets());
    JoinRequest request =
        joinRequest().setClusterId(mine.clusterId()).setNodeId(mine.nodeId().value()).build();
    client
        .ask(request, PEERS_LIMIT)
        .thenCompose(
            replies ->
                CompletableFuture.allOf(
                    replies.stream()
                        .map(
                            reply ->
                                reply.answer().handle((got, failure) -> hear(reply, got, failure)))
                        .toArray(CompletableFuture[]::new)))
        .whenCompleteAsync(
            (done, failure) -> {
              client.close();
              if (!identity.isDone()) {
                startCluster(mine);
              }
            },
            scheduler);
  }

  private @Nullable Void hear(
      JoinClient.Reply<Invitation> reply, @Nullable Invitation got, @Nullable Throwable failure) {
    if (got != null) {
      got.seeds().stream()
          .filter(seed -> !seed.equals(settings.clusterAddress()))
          .forEach(this::remember);
    } else if (failure != null && StatusMapping.codeOf(failure) == ErrorCode.WRONG_CLUSTER) {
      identity.completeExceptionally(Joining.refusedBy(reply.target(), failure));
    }
    return null;
  }

  private List<String> joinTargets() {
    List<String> targets = new ArrayList<>(settings.join());
    targets.remove(settings.grpcAddress());
    return targets;
  }

  private JoinRequest.Builder joinRequest() {
    return JoinRequest.newBuilder()
        .setClusterAddress(settings.clusterAddress())
        .setStoreId(store.storeId());
  }

  private void accept(Invitation invitation) {
    stopJoining();
    if (store.identity().isPresent()) {
      return;
    }
    try {
      peers.replace(invitation.seeds());
      NodeIdentity mine =
          new NodeIdentity(
              invitation.clusterId(), new NodeId(invitation.nodeId()), store.storeId());
      store.stamp(mine);
      startCluster(mine);
    } catch (IOException | RuntimeException e) {
      identity.completeExceptionally(e);
    }
  }

  private void startCluster(NodeIdentity mine) {
    stopJoining();
    try {
      supervisor.start(
          new ClusterStarter.Start(
              settings, mine, peers.peers(), peers.founding(), metrics.registry()));
      identity.complete(mine);
    } catch (RuntimeException e) {
      identity.completeExceptionally(e);
      throw e;
    }
  }

  private Invitation invitation(NodeIdentity mine, NodeId invited) {
    List<String> seeds = new ArrayList<>();
    seeds.add(settings.clusterAddress());
    ClusterHandle handle = supervisor.handle();
    seeds.addAll(handle == null ? peers.peers() : handle.peers());
    return new Invitation(mine.clusterId(), invited.value(), seeds);
  }

  private void remember(String clusterAddress) {
    if (clusterAddress.isEmpty()) {
      return;
    }
    try {
      peers.add(clusterAddress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireSame(NodeIdentity mine, String clusterId) {
    if (!mine.clusterId().equals(clusterId)) {
      throw new TroupeException(
          ErrorCode.WRONG_CLUSTER,
          "this is node %s of cluster %s, the caller belongs to cluster %s: check --join and --data"
              .formatted(mine.nodeId(), mine.clusterId(), clusterId));
    }
  }

  private void stopJoining() {
    Joining current = joining;
    joining = null;
    if (current != null) {
      current.close();
    }
  }
}
