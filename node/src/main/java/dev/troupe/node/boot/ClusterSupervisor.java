package dev.troupe.node.boot;

import dev.troupe.node.ClusterHandle;
import dev.troupe.node.ClusterHandle.End;
import dev.troupe.node.ClusterStarter;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchablePorts;
import dev.troupe.node.join.PeerFile;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.RandomSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cluster part running: when the peers have removed this node, it starts again on the
 * same store by itself, with growing pauses. Remembers its peers on disk. Work runs on the one
 * thread of the scheduler, which is thereby the owner of the mutable state; questions come from any
 * thread.
 */
final class ClusterSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSupervisor.class);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final ClusterStarter starter;
  private final PeerFile peers;
  private final SwitchablePorts ports;
  private final NodeMetrics metrics;
  private final ScheduledExecutorService scheduler;
  private final RandomSource random;
  private final CompletableFuture<End> given = new CompletableFuture<>();

  private volatile @Nullable ClusterHandle handle;
  private volatile @Nullable String failure;
  private volatile boolean stopping;
  private ClusterStarter.@Nullable Start last;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  ClusterSupervisor(
      ClusterStarter starter,
      PeerFile peers,
      SwitchablePorts ports,
      NodeMetrics metrics,
      ScheduledExecutorService scheduler,
      RandomSource random) {
    this.starter = starter;
    this.peers = peers;
    this.ports = ports;
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.random = random;
  }

  /** Starts for the first time; a failure of this start is the caller's. Scheduler thread only. */
  void start(ClusterStarter.Start start) {
    last = start;
    run(start);
  }

  /** Completes when the part ended in a way that starting again cannot mend. */
  CompletableFuture<End> ended() {
    return given;
  }

  @Nullable ClusterHandle handle() {
    return handle;
  }

  Readiness readiness() {
    ClusterHandle running = handle;
    if (running == null) {
      String why = failure;
      return Readiness.notYet(why == null ? "the node is rejoining its cluster" : why);
    }
    return running.ready() ? Readiness.READY : Readiness.notYet(running.notReadyReason());
  }

  /** Called every now and then: writes down the peers when they have changed. Scheduler thread. */
  void rememberPeers() {
    ClusterHandle running = handle;
    if (running == null || !running.ready()) {
      return;
    }
    pauseMillis = FIRST_PAUSE_MILLIS;
    try {
      List<String> known = running.peers();
      if (!known.isEmpty()) {
        peers.replace(known);
      }
      if (peers.founding()) {
        peers.endFounding();
      }
    } catch (IOException e) {
      LOG.warn("cannot write down the addresses of the other nodes: {}", e.toString());
    }
  }

  /** Blocks up to the limit. Not to be called on the scheduler. */
  void drain(Duration limit) {
    ClusterHandle running = handle;
    if (running != null) {
      await(running.drain().toCompletableFuture(), limit, "moving leaderships away");
    }
  }

  /** Blocks up to the limit. Not to be called on the scheduler. */
  void stop(Duration limit) {
    stopping = true;
    ClusterHandle running = handle;
    if (running != null) {
      await(running.stop().toCompletableFuture(), limit, "stopping the cluster part");
    }
  }

  private void run(ClusterStarter.Start start) {
    ClusterHandle started = starter.start(start);
    handle = started;
    failure = null;
    metrics.clusterStarted();
    ports.connect(started);
    started
        .ended()
        .whenComplete(
            (end, problem) -> {
              if (!stopping) {
                scheduler.execute(() -> onEnd(started, problem == null ? end : End.EXPELLED));
              }
            });
  }

  private void onEnd(ClusterHandle ended, End end) {
    if (stopping || handle != ended) {
      return;
    }
    handle = null;
    ports.refuse(
        ErrorCode.RANGE_UNAVAILABLE,
        "this node was removed from its cluster and is rejoining; nothing was done");
    switch (end) {
      case EXPELLED -> {
        LOG.warn("the cluster part ended; starting it again in about {} ms", pauseMillis);
        startAgainLater();
      }
      case STOPPED, WRONG_CLUSTER, DECOMMISSIONED -> given.complete(end);
    }
  }

  private void startAgainLater() {
    long jittered = pauseMillis / 2 + random.nextLong(pauseMillis);
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
    scheduler.schedule(this::startAgain, jittered, TimeUnit.MILLISECONDS);
  }

  private void startAgain() {
    ClusterStarter.Start before = last;
    if (stopping || before == null) {
      return;
    }
    try {
      run(
          new ClusterStarter.Start(
              before.settings(),
              before.identity(),
              peers.peers(),
              peers.founding(),
              before.metrics()));
    } catch (RuntimeException e) {
      failure = "the cluster part cannot start: " + e.getMessage();
      LOG.warn("the cluster part cannot start; trying again", e);
      startAgainLater();
    }
  }

  private static void await(CompletableFuture<Void> stage, Duration limit, String what) {
    try {
      stage.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("{} took longer than {} ms; going on without", what, limit.toMillis());
    } catch (ExecutionException e) {
      LOG.warn("{} failed: {}", what, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
