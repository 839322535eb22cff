package dev.troupe.chaos.cluster;

import static dev.troupe.chaos.cluster.TracedNodes.above;
import static dev.troupe.chaos.cluster.TracedNodes.all;
import static dev.troupe.chaos.cluster.TracedNodes.marked;
import static dev.troupe.chaos.cluster.TracedNodes.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.trace.TraceTree;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.TraceParent;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests over three nodes, as their traces tell of them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TraceTest {
  private static final Duration LATE = Duration.ofMillis(300);

  private final TracedNodes traced = new TracedNodes();

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private LocalCluster start(Path base, LinkFilter links) {
    return traced.start(base, List.of(), links);
  }

  private static int leader(LocalCluster cluster, Key key) {
    return cluster.ranges().stream()
        .filter(range -> range.descriptor().span().contains(key))
        .findFirst()
        .orElseThrow()
        .leader()
        .value();
  }

  private static int another(int node) {
    return node % 3 + 1;
  }

  /** Sends a request by way of a node, as its door does, and returns the name of the trace. */
  private TraceContext traced(LocalCluster cluster, int node, KvRequest request) {
    Span door = traced.at(node).begin("kv.put", "grpc", TracedNodes.client());
    KvResponse answer = send(cluster.node(node).member().kv().under(door), request);
    door.end();
    assertThat(answer).isNotInstanceOf(KvResponse.Failed.class);
    return door.context();
  }

  private static KvResponse send(KvClient kv, KvRequest request) {
    var answer = new CompletableFuture<KvResponse>();
    long deadline = SystemClocks.monotonic().nanos() + TracedNodes.PATIENCE.toNanos();
    kv.send(request, deadline, answer::complete);
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldTellOfAPutOverThreeNodesAsOneTree(@TempDir Path base) {
    try (var cluster = start(base, new Links())) {
      int leader = leader(cluster, key("a"));
      int gateway = another(leader);
      assertThat(send(cluster.node(gateway).member().kv(), new KvRequest.Put(key("a"), bytes(1))))
          .isInstanceOf(KvResponse.Written.class);

      TraceContext trace = traced(cluster, gateway, new KvRequest.Put(key("a"), bytes(2)));
      TraceTree tree = traced.awaitApplied(trace, 2);

      NodeId leads = new NodeId(leader);
      assertThat(tree.lines().getFirst().name()).isEqualTo("kv.put");
      assertThat(tree.lines().getFirst().node()).isEqualTo(new NodeId(gateway));
      assertThat(only(tree, "gateway").node()).isEqualTo(new NodeId(gateway));
      assertThat(above(tree, only(tree, "range.put")).name()).isEqualTo("call");
      for (String name : List.of("range.put", "queue", "raft.commit", "apply")) {
        assertThat(only(tree, name).node()).as(name).isEqualTo(leads);
      }
      assertThat(above(tree, only(tree, "raft.commit"))).isEqualTo(only(tree, "range.put"));
      assertThat(all(tree, "log.sync")).as("each node syncs for itself").hasSize(3);
      assertThat(all(tree, "raft.append"))
          .hasSize(2)
          .allMatch(line -> line.node().equals(leads))
          .allMatch(line -> above(tree, line).name().equals("raft.commit"));
      List<NodeId> followers =
          IntStream.rangeClosed(1, 3)
              .mapToObj(NodeId::new)
              .filter(node -> !node.equals(leads))
              .toList();
      for (String name : List.of("follower.append", "follower.commit", "follower.apply")) {
        assertThat(all(tree, name).stream().map(TraceTree.Line::node).toList())
            .as(name)
            .containsExactlyInAnyOrderElementsOf(followers);
      }
      assertThat(all(tree, "follower.append"))
          .allMatch(
              line -> above(tree, line).attributes().get("to").equals((long) line.node().value()));
      assertThat(tree.lines()).allMatch(line -> line.missing() == null);
    }
  }

  @Test
  void shouldMarkTheFollowerWhoseLinkIsSlow(@TempDir Path base) {
    var links = new Links();
    try (var cluster = start(base, links)) {
      int leader = leader(cluster, key("a"));
      int slow = another(another(leader));
      traced(cluster, leader, new KvRequest.Put(key("a"), bytes(1)));
      links.slow(leader, slow, LATE);

      TraceContext trace = traced(cluster, leader, new KvRequest.Put(key("a"), bytes(2)));
      TraceTree tree = traced.awaitApplied(trace, 2);

      TraceTree.Line slowest = marked(tree, TraceTree.Mark.SLOWEST);
      assertThat(slowest.name()).isEqualTo("raft.append");
      assertThat(slowest.attributes()).containsEntry("to", (long) slow);
      assertThat(slowest.selfMicros()).isGreaterThan(LATE.toMillis() * 1_000);
      assertThat(slowest.late()).as("the other follower's answer was enough").isTrue();
      assertThat(tree.durationMicros()).isLessThan(slowest.durationMicros());
    }
  }

  @Test
  void shouldNameTheWayToTheFollowersAsTheBottleneckWhenAllOfThemAreLate(@TempDir Path base) {
    var lagging = new LinkFilter[] {LinkFilter.PASS_ALL};
    try (var cluster = start(base, (side, from, to) -> lagging[0].judge(side, from, to))) {
      int leader = leader(cluster, key("a"));
      traced(cluster, leader, new KvRequest.Put(key("a"), bytes(1)));
      lagging[0] =
          (side, from, to) ->
              side == LinkFilter.Side.SEND && from.value() == leader
                  ? new LinkFilter.Verdict.Delay(LATE)
                  : LinkFilter.Verdict.PASS;

      TraceContext trace = traced(cluster, leader, new KvRequest.Put(key("a"), bytes(2)));
      TraceTree tree = traced.awaitApplied(trace, 2);

      TraceTree.Line bottleneck = marked(tree, TraceTree.Mark.BOTTLENECK);
      assertThat(bottleneck.name()).isEqualTo("raft.append");
      assertThat(bottleneck.late()).isFalse();
      assertThat(tree.durationMicros()).isGreaterThan(LATE.toMillis() * 1_000);
    }
  }

  @Test
  void shouldShowWhatALostNodeHasNotTold(@TempDir Path base) {
    var links = new Links();
    try (var cluster = start(base, links)) {
      int leader = leader(cluster, key("a"));
      int lost = another(leader);
      traced(cluster, leader, new KvRequest.Put(key("a"), bytes(1)));
      links.isolate(lost);

      TraceContext trace = traced(cluster, leader, new KvRequest.Put(key("a"), bytes(2)));
      TraceTree tree = traced.await(trace, seen -> all(seen, "follower.apply").size() == 1);

      TraceTree.Line missing = only(tree, "missing");
      assertThat(missing.node()).isEqualTo(new NodeId(lost));
      assertThat(missing.missing()).contains("has recorded nothing");
      assertThat(above(tree, missing).name()).isEqualTo("raft.append");
      assertThat(above(tree, missing).durationMicros()).as("unfinished").isNegative();
    }
  }

  @Test
  void shouldRecordNothingOfRequestsThatAreNotSampled(@TempDir Path base) {
    try (var cluster = start(base, new Links())) {
      int leader = leader(cluster, key("a"));
      for (int node = 1; node <= 3; node++) {
        KvClient kv = cluster.node(node).member().kv();
        assertThat(send(kv, new KvRequest.Put(key("a"), bytes(node))))
            .isInstanceOf(KvResponse.Written.class);
        assertThat(send(kv, new KvRequest.Get(key("a")))).isInstanceOf(KvResponse.Value.class);
        var unsampled = new TraceParent(new TraceContext(1, 2, 3), false);
        assertThat(traced.at(node).begin("kv.put", "grpc", unsampled)).isNull();
        assertThat(traced.at(node).begin("kv.put", "grpc", null)).isNull();
      }
      assertThat(traced.kept()).isZero();

      TraceContext read = traced(cluster, another(leader), new KvRequest.Get(key("a")));
      assertThat(only(traced.tree(read), "range.get").node()).isEqualTo(new NodeId(leader));
      assertThat(traced.at(another(another(leader))).book().size()).isZero();
    }
  }

  private static byte[] bytes(int value) {
    return new byte[] {(byte) value};
  }
}
