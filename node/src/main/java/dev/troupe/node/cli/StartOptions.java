package dev.troupe.node.cli;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of a node. Those left out come from the environment, the file, or the defaults. */
final class StartOptions {
  @Option(
      names = {"--data", "--store"},
      paramLabel = "DIR",
      description = "Data directory (default: ./troupe-data).")
  private @Nullable String data;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = {
        "First of a block of five ports: SQL, gRPC, HTTP, cluster, peer (default: 7432)."
      })
  private @Nullable String portBase;

  @Option(names = "--grpc-port", paramLabel = "PORT", description = "gRPC port by itself.")
  private @Nullable String grpcPort;

  @Option(names = "--http-port", paramLabel = "PORT", description = "HTTP port by itself.")
  private @Nullable String httpPort;

  @Option(names = "--cluster-port", paramLabel = "PORT", description = "Cluster port by itself.")
  private @Nullable String clusterPort;

  @Option(names = "--peer-port", paramLabel = "PORT", description = "Peer port by itself.")
  private @Nullable String peerPort;

  @Option(
      names = {"--listen-address", "--listen-addr"},
      paramLabel = "HOST",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String listenAddress;

  @Option(
      names = {"--advertise-address", "--advertise-addr"},
      paramLabel = "HOST",
      description = "Host under which others reach this node (default: the listen address).")
  private @Nullable String advertiseAddress;

  @Option(
      names = "--locality",
      paramLabel = "PLACES",
      description = {
        "Where this node stands, from the widest place to the narrowest: region=eu,zone=a.",
        "Replicas of a range are put into places that differ as early as possible."
      })
  private @Nullable String locality;

  @Option(
      names = "--insecure",
      description =
          "Allows to listen beyond this machine; of the ports only SQL's asks for passwords.")
  private boolean insecure;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A HOCON file with settings; every one is described in reference.conf.")
  private @Nullable Path config;

  @Option(
      names = "--pid-file",
      paramLabel = "FILE",
      description = "Writes the process id there once the node is ready.")
  private @Nullable Path pidFile;

  @Option(
      names = "--ephemeral",
      hidden = true,
      paramLabel = "DIR",
      description = "Ends when stdin ends, and then deletes this directory.")
  private @Nullable Path ephemeral;

  @Nullable Path pidFile() {
    return pidFile;
  }

  @Nullable Path ephemeral() {
    return ephemeral;
  }

  /**
   * @throws dev.troupe.node.config.ConfigProblem naming what is wrong
   */
  NodeSettings load(@Nullable String join) {
    Map<String, Object> flags = new LinkedHashMap<>();
    put(flags, "troupe.data-dir", data);
    put(flags, "troupe.ports.base", portBase);
    put(flags, "troupe.ports.grpc", grpcPort);
    put(flags, "troupe.ports.http", httpPort);
    put(flags, "troupe.ports.cluster", clusterPort);
    put(flags, "troupe.ports.peer", peerPort);
    put(flags, "troupe.listen-address", listenAddress);
    put(flags, "troupe.advertise-address", advertiseAddress);
    put(flags, "troupe.locality", locality);
    put(flags, "troupe.join", join);
    if (insecure) {
      flags.put("troupe.insecure", true);
    }
    return new SettingsLoader(System.getenv(), System.getProperties()).load(flags, config);
  }

  private static void put(Map<String, Object> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }
}
