package dev.troupe.node.demo;

import dev.troupe.node.config.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the demo says when it is ready. */
final class Welcome {
  private final DemoCluster.Plan plan;
  private final List<DemoNode> nodes;
  private final Map<String, Integer> numbers;
  private final Path root;

  /**
   * @param numbers the nodes' ids by gRPC address
   */
  Welcome(DemoCluster.Plan plan, List<DemoNode> nodes, Map<String, Integer> numbers, Path root) {
    this.plan = plan;
    this.nodes = nodes;
    this.numbers = numbers;
    this.root = root;
  }

  String text(double seconds) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%nA Troupe cluster of %d %s is ready (%.1f s).%n%n"
            .formatted(nodes.size(), nodes.size() == 1 ? "node" : "nodes", seconds));
    text.append(
        "  %-5s %-9s %-17s %-27s %s%n".formatted("node", "process", "gRPC", "dashboard", "log"));
    for (DemoNode node : nodes) {
      text.append(
          "  %-5d %-9d %-17s %-27s %s%n"
              .formatted(
                  numbers.get("127.0.0.1:" + node.ports().grpc()),
                  node.pid(),
                  "127.0.0.1:" + node.ports().grpc(),
                  "http://127.0.0.1:" + node.ports().http() + "/",
                  node.log()));
    }
    text.append("%nIn another terminal:%n%n".formatted());
    commands(text);
    text.append(
        "%nThe page Chaos of each dashboard kills, stops and cuts off nodes.%n".formatted());
    text.append("%nCtrl-C stops all nodes and deletes %s.%n".formatted(root));
    return text.toString();
  }

  private void commands(StringBuilder text) {
    int port = nodes.getFirst().ports().grpc();
    String where = port == Ports.DEFAULT_GRPC ? "" : " --port " + port;
    int sqlPort = nodes.getFirst().ports().sql();
    String whereSql = sqlPort == Ports.DEFAULT_BASE ? "" : " --port " + sqlPort;
    if (plan.sampleData()) {
      command(text, "sql -e \"SELECT * FROM demo.planets\"" + whereSql);
      command(text, "kv scan -n demo --prefix play/ --limit 5" + where);
      command(text, "kv get -n demo actor/0001" + where);
    }
    command(text, "sql" + whereSql);
    command(text, "kv put greeting hello" + where);
    command(text, "kv get greeting" + where);
    command(text, "range ls" + where);
    command(text, "node status" + where);
    command(text, "workload run kv --duration 10s" + where);
  }

  private static void command(StringBuilder text, String verb) {
    text.append("  ./troupe ").append(verb).append(System.lineSeparator());
  }
}
