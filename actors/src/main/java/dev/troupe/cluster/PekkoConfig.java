package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LoopExecutor;
import dev.troupe.transport.PeerSocket;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;

/** Makes the configuration of a node's actor system. */
public final class PekkoConfig {
  /** The same on every node: members of one cluster must agree on it. */
  public static final String SYSTEM_NAME = "troupe";

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
   * What an actor system with the node's transport is made of.
   *
   * @param socket its port is told to the members, its loop runs the transport's actors
   * @param operator see {@link #of}
   */
  public static ActorSystemSetup setup(
      NodeId node, Endpoint endpoint, PeerSocket socket, Config operator) {
    Map<String, Object> facts =
        Map.of(
            "pekko.cluster.roles",
            List.of(MemberRoles.store(node), MemberRoles.peerPort(socket.port())),
            "troupe.dispatcher.transport.executor",
            LoopExecutor.class.getName());
    Config config =
        ConfigFactory.parseMap(facts, "the transport of node " + node)
            .withFallback(
                of(node, endpoint, operator.withFallback(machine(socket.loops().isOneForAll()))));
    return ActorSystemSetup.create(
        BootstrapSetup.create(config), new LoopExecutor.LoopSetup(socket.loops().peers()));
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
                "pekko.cluster.roles", List.of(MemberRoles.store(node)),
                "pekko.cluster.seed-nodes", List.of()),
            "facts of node " + node);
    Config ours =
        ConfigFactory.parseResources(
            PekkoConfig.class.getClassLoader(),
            SETTINGS,
            ConfigParseOptions.defaults().setAllowMissing(false));
    return facts
        .withFallback(operator)
        .withFallback(ours)
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /** Replicas share the transport's thread where there is one for everything. */
  private static Config machine(boolean oneForAll) {
    return oneForAll
        ? ConfigFactory.parseMap(
            Map.of("troupe.dispatcher.raft", "troupe.dispatcher.transport"), "a small machine")
        : ConfigFactory.empty();
  }
}
