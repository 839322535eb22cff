package dev.troupe.node.http;

import dev.troupe.node.FakeCluster;
import dev.troupe.node.Readiness;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.node.demo.LinkSwitch;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.trace.TraceBook;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/** Opens doors to a cluster of one node. */
final class DoorFixture {
  private DoorFixture() {}

  static HttpDoor open(
      int port, Supplier<Readiness> readiness, FakeCluster cluster, NodeMetrics metrics)
      throws IOException {
    return open(port, readiness, cluster, metrics, Map.of());
  }

  static HttpDoor open(
      int port,
      Supplier<Readiness> readiness,
      FakeCluster cluster,
      NodeMetrics metrics,
      Map<String, Object> settings)
      throws IOException {
    return open(port, readiness, cluster, metrics, settings, null);
  }

  static HttpDoor open(
      int port,
      Supplier<Readiness> readiness,
      FakeCluster cluster,
      NodeMetrics metrics,
      Map<String, Object> settings,
      TraceBook traces)
      throws IOException {
    return new HttpDoor(
        new InetSocketAddress("127.0.0.1", port),
        new HttpDoor.Inside(
            readiness,
            cluster,
            new OwnQuestions(),
            LocalRanges.NONE,
            OpenTransactions.NONE,
            metrics,
            settings(settings),
            new LinkSwitch(),
            traces,
            SystemClocks.wall(),
            SystemClocks.monotonic()));
  }

  private static NodeSettings settings(Map<String, Object> given) {
    Map<String, Object> all = new HashMap<>(given);
    all.put("troupe.ports.base", 0);
    all.put("troupe.data-dir", "/<b>data</b>");
    return new SettingsLoader(Map.of(), new Properties()).load(all, null);
  }
}
