package dev.troupe.node.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.node.InMemoryKv;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.client.NodeClient;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.InitRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However often, wherever and when `init` is said: one cluster. */
class FoundingTest {
  private static final int NODES = 3;

  @TempDir Path folder;
  private final List<TroupeNode> open = new ArrayList<>();
  private final List<FakeStore> stores = new ArrayList<>();

  @AfterEach
  void closeAll() {
    open.forEach(TroupeNode::close);
  }

  /** Ports are needed before the nodes are: each names all of them. */
  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : held) {
      socket.close();
    }
    return ports;
  }

  private void start(int grpc, List<Integer> all) throws IOException {
    String join = all.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    NodeSettings settings =
        new SettingsLoader(Map.of(), new Properties())
            .load(
                Map.of(
                    "troupe.ports.base",
                    0,
                    "troupe.ports.cluster",
                    0,
                    "troupe.ports.grpc",
                    grpc,
                    "troupe.join",
                    join),
                null);
    FakeStore store =
        new FakeStore(Files.createDirectories(folder.resolve("n" + grpc)), new InMemoryKv());
    stores.add(store);
    open.add(TroupeNode.open(settings, () -> store, "test", false));
  }

  private static ErrorCode init(int port, boolean requireAll) {
    try (NodeClient client =
        new NodeClient(new HostPort("127.0.0.1", port), Duration.ofSeconds(10))) {
      InitRequest request = InitRequest.newBuilder().setRequireAll(requireAll).build();
      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> client.admin().init(request));
      return refused == null ? null : StatusMapping.codeOf(refused);
    }
  }

  private List<String> clusters() {
    return stores.stream()
        .flatMap(store -> store.identity().stream())
        .map(NodeIdentity::clusterId)
        .distinct()
        .toList();
  }

  @RepeatedTest(5)
  void shouldFormOneClusterWhenAllNodesAreToldToAtOnce() throws Exception {
    List<Integer> ports = freePorts();
    for (int port : ports) {
      start(port, ports);
    }
    try (ExecutorService clients = Executors.newFixedThreadPool(NODES)) {
      CountDownLatch together = new CountDownLatch(NODES);
      List<Future<?>> orders = new ArrayList<>();
      for (int port : ports) {
        orders.add(
            clients.submit(
                () -> {
                  together.countDown();
                  together.await();
                  init(port, true);
                  return null;
                }));
      }
      for (Future<?> order : orders) {
        order.get();
      }
    }
    assertThat(clusters()).hasSizeLessThanOrEqualTo(1);

    // One of them is told until it has happened, as a job would.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> init(ports.getFirst(), true) == ErrorCode.ALREADY_INITIALIZED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> stores.stream().allMatch(store -> store.identity().isPresent()));
    assertThat(clusters()).hasSize(1);
  }

  @Test
  void shouldRefuseWhileANodeIsAwayThatCouldHaveACluster() throws IOException {
    List<Integer> ports = freePorts();
    start(ports.get(0), ports);
    start(ports.get(1), ports);

    assertThat(init(ports.get(0), true)).isEqualTo(ErrorCode.NOT_INITIALIZED);
    assertThat(clusters()).isEmpty();

    start(ports.get(2), ports);
    assertThat(init(ports.get(0), true)).isNull();
    assertThat(clusters()).hasSize(1);
  }

  @Test
  void shouldFoundWithoutTheOthersWhenNotToldToWaitForThem() throws IOException {
    List<Integer> ports = freePorts();
    start(ports.get(0), ports);

    assertThat(init(ports.get(0), false)).isNull();
    assertThat(clusters()).hasSize(1);
  }
}
