package dev.troupe.chaos.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterJoiner;
import dev.troupe.cluster.ClusterMember;
import dev.troupe.cluster.NodeRecord;
import dev.troupe.cluster.PekkoConfig;
import dev.troupe.cluster.RangeBootstrap;
import dev.troupe.gc.CollectionSettings;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.StoreIdentity;
import dev.troupe.rocksdb.store.StoreEngine;
import dev.troupe.rocksdb.store.StoreOptions;
import dev.troupe.split.SplitSettings;
import dev.troupe.sql.exec.ScanPrograms;
import dev.troupe.store.StoreRuntime;
import dev.troupe.transport.EventLoops;
import dev.troupe.transport.LinkFilter;
import dev.troupe.transport.PeerSocket;
import dev.troupe.transport.TransportPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node of a {@link LocalCluster}: store, actor system, gateway. */
final class LocalNode implements AutoCloseable {
  static final String CLUSTER = "test-cluster";

  /**
   * Members gossip every tenth of a second: otherwise most of a test is waiting for nodes to come
   * and go. How long a silent member is trusted is not changed, nor is anything that ranges do.
   */
  private static final Config QUICK_MEMBERSHIP =
      ConfigFactory.parseString(
          """
          pekko.cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            retry-unsuccessful-join-after = 300ms
            singleton.hand-over-retry-interval = 50ms
            sharding.retry-interval = 100ms
            distributed-data.gossip-interval = 500ms
            distributed-data.notify-subscribers-interval = 100ms
          }
          pekko.remote.artery.advanced.shutdown-flush-timeout = 200ms
          """);

  private final NodeId id;
  private final DataDirectory directory;
  private final StoreEngine engine;
  private final StoreRuntime store;
  private final ClusterMember.Settings settings;
  private final EventLoops loops = EventLoops.start();
  private final TransportPorts transport;
  private volatile ClusterMember member;
  private volatile boolean closing;

  LocalNode(
      NodeId id,
      Locality place,
      Path data,
      int port,
      List<String> seeds,
      boolean founder,
      List<Key> splits,
      ReplicaSettings replicas,
      PlacementSettings placement,
      CollectionSettings collection,
      SplitSettings splitting,
      LinkFilter filter,
      @Nullable Tracer tracer)
      throws InterruptedException, IOException {
    this.id = id;
    directory = DataDirectory.open(data);
    boolean fresh = directory.identity().isEmpty();
    engine =
        StoreEngine.open(
            directory,
            StoreOptions.DEFAULTS,
            (cause, what) -> {
              throw new AssertionError(what, cause);
            },
            SystemClocks.monotonic());
    store =
        new StoreRuntime(
            engine.raftLog(),
            engine.state(),
            engine.snapshots(),
            new ScanPrograms(),
            failure -> {
              throw new AssertionError("applying failed on " + id, failure);
            });
    if (fresh) {
      if (founder) {
        RangeBootstrap.write(
            engine.raftLog(), engine.state(), RangeBootstrap.firstRanges(id, splits));
      }
      directory.stamp(new StoreIdentity(CLUSTER, id, directory.storeId(), directory.incarnation()));
    }
    settings =
        new ClusterMember.Settings(
            record(port, place),
            CLUSTER.hashCode(),
            PekkoConfig.Endpoint.of("127.0.0.1", port),
            seeds,
            founder,
            replicas,
            placement,
            collection,
            splitting,
            QUICK_MEMBERSHIP,
            tracer);
    transport = TransportPorts.real(bind(loops)).withFilter(filter);
    member = startMember();
  }

  private NodeRecord record(int port, Locality place) {
    return new NodeRecord(
        id,
        directory.storeId(),
        directory.incarnation(),
        ProcessHandle.current().pid(),
        "127.0.0.1:" + port,
        "",
        "",
        "",
        0,
        "test",
        place);
  }

  private static PeerSocket bind(EventLoops loops) throws IOException {
    return PeerSocket.bind(loops, new InetSocketAddress("127.0.0.1", 0));
  }

  /** The replicas on this node's disk. */
  Set<ReplicaKey> stored() {
    return store.log().known();
  }

  /** As a node does: a part that was expelled, or found a larger one, starts again. */
  private ClusterMember startMember() {
    ClusterMember started =
        ClusterMember.start(
            settings,
            store,
            transport,
            reason -> {
              throw new AssertionError(reason);
            });
    started
        .ended()
        .thenAccept(
            reason -> {
              if (!closing
                  && reason != ClusterJoiner.Reason.TERMINATED
                  && reason != ClusterJoiner.Reason.DECOMMISSIONED) {
                member = startMember();
              }
            });
    return started;
  }

  NodeId id() {
    return id;
  }

  StoreEngine engine() {
    return engine;
  }

  ClusterMember member() {
    return member;
  }

  KvResponse send(KvRequest request, Duration timeout) {
    var answer = new CompletableFuture<KvResponse>();
    member
        .kv()
        .send(request, SystemClocks.monotonic().nanos() + timeout.toNanos(), answer::complete);
    try {
      return answer.get(timeout.toMillis() + 5_000, TimeUnit.MILLISECONDS);
    } catch (Exception failure) {
      throw new AssertionError("no answer to " + request, failure);
    }
  }

  /** Begins to end; {@link #close} waits for it. */
  void leave() {
    closing = true;
    member.stop();
  }

  @Override
  public void close() {
    leave();
    member.ended().toCompletableFuture().join();
    transport.socket().close();
    loops.close();
    store.close();
    engine.close();
    directory.close();
  }
}
