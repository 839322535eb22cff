package dev.troupe.node.boot;

import dev.troupe.node.ClusterHandle.End;
import dev.troupe.node.ExitCode;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchablePorts;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.join.PeerFile;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.transport.EventLoops;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.remote.RemoteTransportException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole node in this process: store, doors, membership and cluster part.
 *
 * <p>Order of life: doors and store open side by side, then the identity is found, then the cluster
 * part runs. Order of death: not ready any more, leaderships away, gRPC closed, cluster part
 * stopped, HTTP closed, store closed.
 */
public final class TroupeNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TroupeNode.class);
  private static final long POLL_MILLIS = 100;
  private static final long READY_POLL_MILLIS = 1_000;
  private static final long REMEMBER_MILLIS = 5_000;

  private final NodeSettings settings;
  private final NodeMetrics metrics;
  private final @Nullable Tracing tracing;
  private final LateClusterDoor cluster = new LateClusterDoor();
  private final SwitchablePorts ports = new SwitchablePorts();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("troupe-node").daemon().factory());
  private final CompletableFuture<NodeIdentity> firstReady = new CompletableFuture<>();
  private final CompletableFuture<StartProblem> broken = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final EventLoops loops = EventLoops.start();
  private final Doors doors;
  private final NodeStore store;
  private final ClusterSupervisor supervisor;
  private final Membership membership;
  private volatile boolean draining;

  private TroupeNode(
      NodeSettings settings, Supplier<NodeStore> openStore, String version, boolean singleNode) {
    this.settings = settings;
    metrics = new NodeMetrics(version);
    MonotonicClock clock = SystemClocks.monotonic();
    RandomSource random = SystemClocks.random();
    CompletableFuture<NodeStore> opening = new CompletableFuture<>();
    Thread.ofPlatform().name("troupe-open-store").start(() -> complete(opening, openStore));
    tracing =
        Tracing.of(
            settings.tracing(),
            clock,
            SystemClocks.wall(),
            random,
            version,
            ports.questions()::self);
    Doors opened = null;
    try {
      opened =
          new Doors(
              settings, loops, ports, cluster, this::readiness, metrics, clock, random, tracing);
      store = opening.join();
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.closeClients();
        opened.close();
      }
      opening.thenAccept(NodeStore::close);
      loops.close();
      scheduler.shutdownNow();
      closeTracing();
      metrics.close();
      throw problem(e);
    }
    doors = opened;
    store.show(metrics);
    PeerFile peers = peerFile(store);
    supervisor =
        new ClusterSupervisor(
            store.cluster(doors.peers(), doors.links(), tracing == null ? null : tracing.tracer()),
            peers,
            ports,
            metrics,
            scheduler,
            random);
    membership =
        new Membership(
            settings, store, peers, ports, metrics, supervisor, scheduler, clock, random);
    begin(singleNode);
  }

  /**
   * Opens a node; returns as soon as its doors and its store are open, long before it is ready.
   *
   * @param openStore called once, on a thread of its own
   * @param singleNode whether a node without identity founds a cluster by itself
   * @throws StartProblem when a port is taken or the store cannot be used; nothing is held then
   */
  public static TroupeNode open(
      NodeSettings settings, Supplier<NodeStore> openStore, String version, boolean singleNode) {
    return new TroupeNode(settings, openStore, version, singleNode);
  }

  /** Completes when the node can serve for the first time. */
  public CompletableFuture<NodeIdentity> firstReady() {
    return firstReady;
  }

  /** Completes when the node cannot go on; {@link #close} is still to be called. */
  public CompletableFuture<StartProblem> broken() {
    return broken;
  }

  public Readiness readiness() {
    return draining ? Readiness.notYet("the node is shutting down") : cluster.readiness();
  }

  public int grpcPort() {
    return doors.grpcPort();
  }

  public int sqlPort() {
    return doors.sqlPort();
  }

  public int httpPort() {
    return doors.httpPort();
  }

  /** Drains and stops; takes at most the two time limits of the settings and about a second. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    draining = true;
    doors.setReady(false);
    membership.close();
    supervisor.drain(settings.timeouts().drain());
    ports.refuse(ErrorCode.SHUTTING_DOWN, "the node is shutting down; nothing was done");
    doors.closeClients();
    supervisor.stop(settings.timeouts().stop());
    scheduler.shutdownNow();
    doors.close();
    loops.close();
    store.close();
    closeTracing();
    metrics.close();
  }

  private void closeTracing() {
    if (tracing != null) {
      tracing.close();
    }
  }

  private void begin(boolean singleNode) {
    cluster.connect(membership);
    membership
        .identity()
        .whenComplete(
            (identity, failure) -> {
              if (failure != null && !closed.get()) {
                broken.complete(problem(failure));
              }
            });
    supervisor
        .ended()
        .thenAccept(
            end -> {
              if (end == End.DECOMMISSIONED) {
                broken.complete(
                    new StartProblem(
                        ExitCode.DECOMMISSIONED,
                        "this node was decommissioned and holds nothing any more; it can never"
                            + " rejoin with the directory "
                            + settings.dataDirectory()
                            + ": remove it, or start with an empty one as a new node"));
              } else if (end == End.WRONG_CLUSTER) {
                broken.complete(
                    new StartProblem(
                        ExitCode.WRONG_CLUSTER,
                        "a peer belongs to another cluster: check --join and --data"));
              }
            });
    membership.begin(singleNode);
    scheduler.execute(this::poll);
    scheduler.scheduleWithFixedDelay(
        supervisor::rememberPeers, REMEMBER_MILLIS, REMEMBER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void poll() {
    boolean ready = readiness().ready();
    doors.setReady(ready);
    if (ready && !firstReady.isDone()) {
      supervisor.rememberPeers();
      firstReady.complete(membership.identity().join());
    }
    long pause = ready ? READY_POLL_MILLIS : POLL_MILLIS;
    scheduler.schedule(this::poll, pause, TimeUnit.MILLISECONDS);
  }

  private static void complete(CompletableFuture<NodeStore> opening, Supplier<NodeStore> open) {
    try {
      opening.complete(open.get());
    } catch (RuntimeException | LinkageError e) {
      opening.completeExceptionally(e);
    }
  }

  private static PeerFile peerFile(NodeStore store) {
    try {
      return new PeerFile(store.directory());
    } catch (IOException e) {
      throw new StartProblem(
          ExitCode.DATA_DIRECTORY, "cannot read " + store.directory() + ": " + e.getMessage());
    }
  }

  private static StartProblem problem(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof StartProblem known) {
      return known;
    }
    if (cause instanceof TroupeException refusal) {
      return StartProblem.of(refusal);
    }
    if (cause instanceof RemoteTransportException) {
      return new StartProblem(
          ExitCode.PORT, "the cluster port cannot be used: " + cause.getMessage());
    }
    LOG.error("the node cannot start", cause);
    return new StartProblem(ExitCode.INTERNAL, "the node cannot start: " + cause);
  }
}
