package dev.troupe.node.boot;

import dev.troupe.node.ClusterStarter;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.cluster.PekkoClusterStarter;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.StoreIdentity;
import dev.troupe.rocksdb.store.StoreEngine;
import dev.troupe.sql.exec.ScanPrograms;
import dev.troupe.store.StoreRuntime;
import dev.troupe.transport.LinkFilter;
import dev.troupe.transport.PeerSocket;
import dev.troupe.transport.TransportPorts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A data directory with the storage engine and what runs on it. */
public final class RocksNodeStore implements NodeStore {
  private static final Logger LOG = LoggerFactory.getLogger(RocksNodeStore.class);

  private final DataDirectory directory;
  private final StoreEngine engine;
  private final StoreRuntime runtime;
  private final Fatal fatal;

  private RocksNodeStore(DataDirectory directory, StoreEngine engine, Fatal fatal) {
    this.directory = directory;
    this.engine = engine;
    runtime =
        new StoreRuntime(
            engine.raftLog(),
            engine.state(),
            engine.snapshots(),
            new ScanPrograms(),
            failure -> fatal.handler.accept("committed entries cannot be applied: " + failure));
    this.fatal = fatal;
  }

  private record Fatal(String version, Consumer<String> handler) {}

  /**
   * Opens or creates the store of the settings. Blocking.
   *
   * @param fatal told what happened when the node must end at once; must not return soon after
   * @throws dev.troupe.protocol.error.TroupeException when the directory cannot be used; nothing is
   *     held then
   */
  public static RocksNodeStore open(NodeSettings settings, String version, Consumer<String> fatal) {
    MemoryBudget.Division memory =
        MemoryBudget.divide(
            settings.config(),
            StorageConfig.wanted(settings.config()),
            MemoryBudget.Process.present());
    if (!memory.text().isEmpty()) {
      LOG.info("memory: {}", memory.text());
    }
    DataDirectory directory = DataDirectory.open(settings.dataDirectory());
    try {
      StoreEngine engine =
          StoreEngine.open(
              directory,
              memory.store(),
              (cause, what) -> fatal.accept("the disk failed (" + what + "): " + cause),
              SystemClocks.monotonic());
      return new RocksNodeStore(directory, engine, new Fatal(version, fatal));
    } catch (RuntimeException | LinkageError e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public Path directory() {
    return directory.path();
  }

  @Override
  public String storeId() {
    return directory.storeId();
  }

  @Override
  public Optional<NodeIdentity> identity() {
    return directory
        .identity()
        .map(stamp -> new NodeIdentity(stamp.clusterId(), stamp.nodeId(), stamp.storeId()));
  }

  @Override
  public void stamp(NodeIdentity identity) {
    directory.stamp(
        new StoreIdentity(
            identity.clusterId(), identity.nodeId(), identity.storeId(), directory.incarnation()));
  }

  @Override
  public void show(NodeMetrics metrics) {
    metrics.show(new StoreFamilies(engine.metrics())::collect);
  }

  @Override
  public ClusterStarter cluster(PeerSocket peers, LinkFilter filter, @Nullable Tracer tracer) {
    return new PekkoClusterStarter(
        new PekkoClusterStarter.Process(
            runtime,
            directory.incarnation(),
            SystemClocks.wall().millis(),
            fatal.version,
            TransportPorts.real(peers).withFilter(filter),
            tracer,
            fatal.handler));
  }

  @Override
  public void close() {
    runtime.close();
    engine.close();
    directory.close();
  }
}
