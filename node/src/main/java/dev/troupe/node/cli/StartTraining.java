package dev.troupe.node.cli;

import dev.troupe.node.boot.RocksNodeStore;
import dev.troupe.node.boot.TroupeNode;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Runs a node and the usual verbs in one process, so that the JVM can record for its start cache
 * which classes they need. Used by the launcher once per build; not a verb.
 */
public final class StartTraining {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private StartTraining() {}

  /** Takes an empty folder for the node's data. */
  public static void main(String... arguments) throws Exception {
    Map<String, Object> flags =
        Map.of("troupe.data-dir", Path.of(arguments[0], "data").toString(), "troupe.ports.base", 0);
    NodeSettings settings = new SettingsLoader(Map.of(), new Properties()).load(flags, null);
    try (TroupeNode node =
        TroupeNode.open(
            settings,
            () -> RocksNodeStore.open(settings, Version.current(), StartTraining::fail),
            Version.current(),
            true)) {
      node.firstReady().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
      String port = Integer.toString(node.grpcPort());
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

  private static List<List<String>> verbs() {
    return List.of(
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
