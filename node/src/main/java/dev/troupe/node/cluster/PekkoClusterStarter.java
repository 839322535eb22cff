package dev.troupe.node.cluster;

import com.typesafe.config.Config;
import dev.troupe.cluster.ClusterMember;
import dev.troupe.cluster.NodeRecord;
import dev.troupe.cluster.PekkoConfig;
import dev.troupe.cluster.RangeBootstrap;
import dev.troupe.node.ClusterHandle;
import dev.troupe.node.ClusterStarter;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.store.StoreRuntime;
import dev.troupe.transport.TransportPorts;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts {@link ClusterMember}s on the process's one open store. */
public final class PekkoClusterStarter implements ClusterStarter {
  /**
   * What stays the same over all starts of a process.
   *
   * @param incarnation of the data directory
   * @param tracer null where nothing is traced
   * @param fatal told when the node must end, with what to do
   */
  public record Process(
      StoreRuntime store,
      long incarnation,
      long startedAtMillis,
      String version,
      TransportPorts transport,
      @Nullable Tracer tracer,
      Consumer<String> fatal) {}

  private final Process process;
  private final MemberFamilies numbers = new MemberFamilies();
  private final CollectionMetrics collection = new CollectionMetrics();

  public PekkoClusterStarter(Process process) {
    this.process = process;
  }

  @Override
  public ClusterHandle start(Start start) {
    if (start.founder()) {
      writeFirstRanges(start);
    }
    NodeSettings settings = start.settings();
    Config config = settings.config();
    var record =
        new NodeRecord(
            start.identity().nodeId(),
            start.identity().storeId(),
            process.incarnation(),
            ProcessHandle.current().pid(),
            settings.clusterAddress(),
            settings.grpcAddress(),
            settings.sqlAddress(),
            settings.httpAddress(),
            process.startedAtMillis(),
            process.version(),
            settings.locality());
    int port = settings.network().ports().cluster();
    var endpoint =
        new PekkoConfig.Endpoint(
            settings.network().listenAddress(), port, settings.network().advertiseAddress(), port);
    var member =
        ClusterMember.start(
            new ClusterMember.Settings(
                record,
                clusterHash(start.identity().clusterId()),
                endpoint,
                start.seeds(),
                start.founder(),
                ClusterConfig.replicas(config),
                ClusterConfig.placement(config),
                ClusterConfig.collection(config),
                ClusterConfig.splits(config),
                config.withOnlyPath("pekko"),
                process.tracer()),
            process.store(),
            process.transport(),
            process.fatal());
    numbers.show(member.metrics(), start.metrics().getPrometheusRegistry());
    collection.show(member.metrics().collected(), start.metrics());
    return new MemberHandle(member);
  }

  /** A founder that has crashed in between does it again. */
  private void writeFirstRanges(Start start) {
    if (!process.store().log().replicas().isEmpty()) {
      return;
    }
    try {
      RangeBootstrap.write(
          process.store().log(),
          process.store().state(),
          RangeBootstrap.firstRanges(
              start.identity().nodeId(), ClusterConfig.firstBorders(start.settings().config())));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TroupeException(
          ErrorCode.SHUTTING_DOWN, "interrupted while the first ranges were written");
    }
  }

  /** Bits of the id that differ between clusters; not a secret. */
  private static long clusterHash(String clusterId) {
    UUID named = UUID.nameUUIDFromBytes(clusterId.getBytes(StandardCharsets.UTF_8));
    return named.getMostSignificantBits() ^ named.getLeastSignificantBits();
  }
}
