package dev.troupe.node.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.node.ClusterHandle.End;
import dev.troupe.node.ExitCode;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.client.NodeClient;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.JoinRequest;
import dev.troupe.v1.JoinResponse;
import dev.troupe.v1.TxnCompare;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TroupeNodeTest {
  @TempDir Path folder;

  private final InMemoryKv kv = new InMemoryKv();
  private final List<TroupeNode> open = new ArrayList<>();

  @AfterEach
  void closeAll() {
    open.forEach(TroupeNode::close);
  }

  private FakeStore store(String name) throws IOException {
    return new FakeStore(Files.createDirectories(folder.resolve(name)), kv);
  }

  private static NodeSettings settings(String... joins) {
    Map<String, Object> flags = new HashMap<>();
    flags.put("troupe.ports.base", 0);
    flags.put("troupe.ports.cluster", 7000);
    flags.put("troupe.join", String.join(",", joins));
    return new SettingsLoader(Map.of(), new Properties()).load(flags, null);
  }

  private TroupeNode start(FakeStore store, boolean singleNode, String... joins) {
    TroupeNode node = TroupeNode.open(settings(joins), () -> store, "test", singleNode);
    open.add(node);
    return node;
  }

  private static NodeClient client(TroupeNode node) {
    return new NodeClient(new HostPort("127.0.0.1", node.grpcPort()), Duration.ofSeconds(10));
  }

  private static String address(TroupeNode node) {
    return "127.0.0.1:" + node.grpcPort();
  }

  private static void awaitReady(TroupeNode node) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> node.readiness().ready());
  }

  @Test
  void shouldFoundAClusterByItselfWhenToldTo() throws IOException {
    FakeStore store = store("a");
    TroupeNode node = start(store, true);
    awaitReady(node);

    assertThat(store.identity()).hasValueSatisfying(id -> assertThat(id.nodeId().value()).isOne());
    assertThat(store.parts.getFirst().start.founder()).isTrue();
    Awaitility.await().until(() -> !Files.exists(folder.resolve("a/FOUNDING")));
    assertThat(node.firstReady().join()).isEqualTo(store.identity().orElseThrow());
  }

  @Test
  void shouldFinishAFoundingThatACrashInterrupted() throws IOException {
    FakeStore store = store("a");
    store.stamp(new NodeIdentity("c", new dev.troupe.protocol.model.NodeId(1), store.storeId()));
    Files.writeString(folder.resolve("a/FOUNDING"), "");

    awaitReady(start(store, false));

    assertThat(store.parts.getFirst().start.founder()).isTrue();
  }

  @Test
  void shouldWaitForInitAndRefuseASecondOne() throws IOException {
    FakeStore store = store("a");
    TroupeNode node = start(store, false);
    Awaitility.await().until(() -> node.readiness().reason().contains("troupe init"));

    try (NodeClient client = client(node)) {
      var get = GetRequest.newBuilder().setKey(com.google.protobuf.ByteString.copyFromUtf8("a"));
      assertThat(codeOf(() -> client.kv().get(get.build()))).isEqualTo(ErrorCode.NOT_INITIALIZED);
      ExecuteRequest transaction =
          ExecuteRequest.newBuilder()
              .addCompare(TxnCompare.newBuilder().setKey(get.getKey()).setExists(false))
              .build();
      assertThat(codeOf(() -> client.txn().execute(transaction)))
          .isEqualTo(ErrorCode.NOT_INITIALIZED);
      assertThat(client.admin().init(InitRequest.getDefaultInstance()).getNodeId()).isOne();
      awaitReady(node);
      assertThat(client.kv().get(get.build()).getFound()).isFalse();
      assertThat(client.txn().execute(transaction).getMatched()).isTrue();
      assertThat(codeOf(() -> client.admin().init(InitRequest.getDefaultInstance())))
          .isEqualTo(ErrorCode.ALREADY_INITIALIZED);
    }
  }

  private static ErrorCode codeOf(Runnable call) {
    return StatusMapping.codeOf(catchThrowableOfType(StatusRuntimeException.class, call::run));
  }

  @Test
  void shouldTakeInNewNodesUnderNumbersOfTheirOwn() throws IOException {
    TroupeNode first = start(store("a"), true);
    awaitReady(first);
    FakeStore b = store("b");
    FakeStore c = store("c");
    awaitReady(start(b, false, address(first)));
    awaitReady(start(c, false, address(first)));

    assertThat(b.identity().orElseThrow().nodeId().value()).isEqualTo(2);
    assertThat(c.identity().orElseThrow().nodeId().value()).isEqualTo(3);
    assertThat(b.parts.getFirst().start.seeds()).containsExactly("127.0.0.1:7000");
    assertThat(b.parts.getFirst().start.founder()).isFalse();
  }

  @Test
  void shouldJoinAsSoonAsATargetHasACluster() throws IOException {
    FakeStore a = store("a");
    FakeStore b = store("b");
    TroupeNode first = start(a, false);
    TroupeNode second = start(b, false, address(first));
    Awaitility.await().until(() -> second.readiness().reason().contains(address(first)));
    assertThat(b.identity()).isEmpty();

    try (NodeClient client = client(first)) {
      client.admin().init(InitRequest.getDefaultInstance());
    }

    awaitReady(second);
    assertThat(b.identity().orElseThrow().clusterId())
        .isEqualTo(a.identity().orElseThrow().clusterId());
  }

  @Test
  void shouldGiveARepeatedJoinTheSameAnswer() throws IOException {
    TroupeNode first = start(store("a"), true);
    awaitReady(first);
    try (NodeClient client = client(first)) {
      JoinRequest join =
          JoinRequest.newBuilder().setStoreId("s").setClusterAddress("127.0.0.1:7005").build();
      JoinResponse once = client.admin().join(join);
      JoinResponse again = client.admin().join(join);
      assertThat(again.getNodeId()).isEqualTo(once.getNodeId()).isEqualTo(2);
      JoinRequest other = join.toBuilder().setStoreId("t").build();
      assertThat(client.admin().join(other).getNodeId()).isEqualTo(3);
    }
    // Written down before the answer: the founder would otherwise restart alone after a crash.
    assertThat(Files.readString(folder.resolve("a/PEERS"))).contains("127.0.0.1:7005");
  }

  @Test
  void shouldEndWhenAPeerBelongsToAnotherCluster() throws IOException {
    TroupeNode first = start(store("a"), true);
    awaitReady(first);
    FakeStore b = store("b");
    b.stamp(new NodeIdentity("another", new dev.troupe.protocol.model.NodeId(2), b.storeId()));

    TroupeNode second = start(b, false, address(first));

    assertThat(second.broken().join().exitCode()).isEqualTo(ExitCode.WRONG_CLUSTER);
    assertThat(second.broken().join()).hasMessageContaining("another");
    assertThat(b.parts).isEmpty();
  }

  @Test
  void shouldReturnToItsPeersWithoutAnybodysHelp() throws IOException {
    FakeStore store = store("a");
    store.stamp(new NodeIdentity("c", new dev.troupe.protocol.model.NodeId(2), store.storeId()));
    Files.writeString(folder.resolve("a/PEERS"), "127.0.0.1:7005\n127.0.0.1:7015\n");

    awaitReady(start(store, false, "127.0.0.1:1"));

    assertThat(store.parts.getFirst().start.seeds())
        .containsExactly("127.0.0.1:7005", "127.0.0.1:7015");
    assertThat(store.parts.getFirst().start.founder()).isFalse();
  }

  @Test
  void shouldStartItsClusterPartAgainWhenPeersRemovedTheNode() throws IOException {
    FakeStore store = store("a");
    store.peers = List.of("127.0.0.1:7005");
    TroupeNode node = start(store, true);
    awaitReady(node);
    Awaitility.await().until(() -> Files.exists(folder.resolve("a/PEERS")));

    store.parts.getFirst().end.complete(End.EXPELLED);

    Awaitility.await().until(() -> store.parts.size() == 2);
    awaitReady(node);
    assertThat(store.parts.get(1).start.seeds()).containsExactly("127.0.0.1:7005");
    assertThat(store.parts.get(1).start.identity()).isEqualTo(store.identity().orElseThrow());
  }

  @Test
  void shouldDrainAndCloseInOrder() throws IOException {
    FakeStore store = store("a");
    TroupeNode node = start(store, true);
    awaitReady(node);

    node.close();

    assertThat(store.parts.getFirst().drained).isTrue();
    assertThat(store.parts.getFirst().end).isCompletedWithValue(End.STOPPED);
    assertThat(store.closed).isTrue();
    assertThat(node.readiness().reason()).contains("shutting down");
  }

  @Test
  void shouldSayWhichPortIsTakenAndCloseTheStore() throws IOException {
    FakeStore store = store("a");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      NodeSettings settings =
          new SettingsLoader(Map.of(), new Properties())
              .load(
                  Map.of("troupe.ports.base", 0, "troupe.ports.grpc", taken.getLocalPort()), null);

      StartProblem problem =
          catchThrowableOfType(
              StartProblem.class,
              () -> TroupeNode.open(settings, () -> store, "test", true).close());

      assertThat(problem.exitCode()).isEqualTo(ExitCode.PORT);
      assertThat(problem).hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
      Awaitility.await().until(() -> store.closed);
    }
  }

  @Test
  void shouldRefuseAStoreThatCannotBeOpened() {
    assertThatThrownBy(
            () ->
                TroupeNode.open(
                    settings(),
                    () -> {
                      throw new TroupeException(ErrorCode.CORRUPTION, "block 7 is damaged");
                    },
                    "test",
                    true))
        .isInstanceOfSatisfying(
            StartProblem.class,
            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.CORRUPTION))
        .hasMessageContaining("block 7");
  }
}
