package dev.troupe.node.cli;

import dev.troupe.node.boot.RocksNodeStore;
import dev.troupe.node.boot.TroupeNode;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.transport.ClaimedPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Runs a cluster of three nodes, some load and the usual verbs in one process, so that the JVM can
 * record for its start cache which classes they need and which methods are worth compiling. Used by
 * the launcher once per build; not a verb.
 */
public final class StartTraining {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private StartTraining() {}

  /** Takes an empty folder for the nodes' data. */
  public static void main(String... arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (TroupeNode first = open(folder.resolve("1"), List.of());
        TroupeNode second = open(folder.resolve("2"), List.of(first));
        TroupeNode third = open(folder.resolve("3"), List.of(first, second))) {
      for (TroupeNode node : List.of(second, third)) {
        node.firstReady().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
      String port = Integer.toString(first.grpcPort());
      for (List<String> verb : verbs()) {
        String[] line = verb.toArray(new String[verb.size() + 2]);
        line[verb.size()] = "--port";
        line[verb.size() + 1] = port;
        TroupeCommand.commandLine().execute(line);
      }
      TroupeCommand.commandLine().execute("--help");
    }
    System.exit(0);
  }

  private static TroupeNode open(Path data, List<TroupeNode> peers) throws Exception {
    Map<String, Object> flags =
        Map.of(
            "troupe.data-dir", data.toString(),
            "troupe.ports.base", 0,
            "troupe.ports.cluster", ClaimedPorts.next(),
            "troupe.ports.peer", ClaimedPorts.next(),
            "troupe.join", peers.stream().map(peer -> "127.0.0.1:" + peer.grpcPort()).toList());
    NodeSettings settings = new SettingsLoader(Map.of(), new Properties()).load(flags, null);
    TroupeNode node =
        TroupeNode.open(
            settings,
            () -> RocksNodeStore.open(settings, Version.current(), StartTraining::fail),
            Version.current(),
            peers.isEmpty());
    if (peers.isEmpty()) {
      node.firstReady().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    return node;
  }

  private static List<List<String>> verbs() {
    return List.of(
        List.of("workload", "run", "kv", "--duration", "4s", "--concurrency", "16"),
        List.of("workload", "run", "kv", "--duration", "3s", "--api", "unary"),
        List.of("workload", "run", "kv", "--duration", "2s", "--concurrency", "1"),
        List.of("kv", "put", "a", "1"),
        List.of("kv", "get", "a"),
        List.of("kv", "scan", "--limit", "5"),
        List.of("kv", "del", "a"),
        List.of("range", "ls"),
        List.of("node", "status"),
        List.of("node", "ls", "--format", "json"),
        List.of("init"));
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }
}
