package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.Map;

/** Makes the configuration of a node's actor system. */
public final class PekkoConfig {
  /** The same on every node: members of one cluster must agree on it. */
  public static final String SYSTEM_NAME = "troupe";

  private static final int SHARED_THREAD_CORES_MAX = 2;
  private static final String SETTINGS = "troupe-pekko.conf";

  private PekkoConfig() {}

  /**
   * Where a node listens and how others reach it.
   *
   * @param bindPort 0 for any free port
   * @param advertisedPort 0 for the port that was bound
   */
  public record Endpoint(String bindHost, int bindPort, String advertisedHost, int advertisedPort) {
    /** Reached under the address it listens on. */
    public static Endpoint of(String host, int port) {
      return new Endpoint(host, port, host, port);
    }
  }

  /**
   * Strongest first: the node's own facts, what the operator set, our settings, everybody's
   * defaults.
   *
   * @param operator resolved or not; may hold keys of others
   */
  public static Config of(NodeId node, Endpoint endpoint, Config operator) {
    Config facts =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname", endpoint.advertisedHost(),
                "pekko.remote.artery.canonical.port", endpoint.advertisedPort(),
                "pekko.remote.artery.bind.hostname", endpoint.bindHost(),
                "pekko.remote.artery.bind.port", endpoint.bindPort(),
                "pekko.cluster.roles", List.of(PinnedAllocation.role(node)),
                "pekko.cluster.seed-nodes", List.of()),
            "facts of node " + node);
    Config ours =
        ConfigFactory.parseResources(
            PekkoConfig.class.getClassLoader(),
            SETTINGS,
            ConfigParseOptions.defaults().setAllowMissing(false));
    return facts
        .withFallback(operator)
        .withFallback(machine(Runtime.getRuntime().availableProcessors()))
        .withFallback(ours)
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /**
   * What depends on the machine: on few cores the replicas share the transport's thread. There is
   * nothing to gain from a second one, and each hand-over between them costs tens of microseconds.
   */
  static Config machine(int cores) {
    return cores > SHARED_THREAD_CORES_MAX
        ? ConfigFactory.empty()
        : ConfigFactory.parseMap(
            Map.of("troupe.dispatcher.raft", "troupe.dispatcher.transport"),
            "a machine of " + cores + " cores");
  }
}
