package dev.troupe.node.demo;

import dev.troupe.node.client.NodeClient;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.Node;
import dev.troupe.v1.Range;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Makes a cluster of started nodes and waits until it is whole. */
final class Formation {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final NodeClient client;
  private final MonotonicClock clock;
  private final Runnable requireAlive;

  /**
   * @param requireAlive throws when a node has ended
   */
  Formation(NodeClient client, MonotonicClock clock, Runnable requireAlive) {
    this.client = client;
    this.clock = clock;
    this.requireAlive = requireAlive;
  }

  void form() {
    await("the first node to answer", this::initialized);
  }

  /** Waits until all nodes are there and every range has so many voters and a leader. */
  void awaitReplicas(int nodes, int replicas) {
    await("all nodes to join", () -> liveNodes() >= nodes);
    await("all ranges to be replicated", () -> replicated(replicas));
  }

  /** Which number the cluster gave to the node at each gRPC address: nodes join in any order. */
  Map<String, Integer> numbers() {
    return client.admin().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList().stream()
        .collect(Collectors.toMap(Node::getGrpcAddress, Node::getId));
  }

  private boolean initialized() {
    try {
      client.admin().init(InitRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return StatusMapping.codeOf(e) == ErrorCode.ALREADY_INITIALIZED;
    }
  }

  private long liveNodes() {
    try {
      List<Node> nodes =
          client.admin().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList();
      return nodes.stream().filter(node -> node.getState().equals("live")).count();
    } catch (StatusRuntimeException e) {
      // Not there yet; the loop around this has the time limit.
      return 0;
    }
  }

  private boolean replicated(int replicas) {
    try {
      List<Range> ranges =
          client.admin().listRanges(ListRangesRequest.getDefaultInstance()).getRangesList();
      return !ranges.isEmpty() && ranges.stream().allMatch(range -> whole(range, replicas));
    } catch (StatusRuntimeException e) {
      // Not there yet; the loop around this has the time limit.
      return false;
    }
  }

  private static boolean whole(Range range, int replicas) {
    long voters =
        range.getReplicasList().stream().filter(r -> !r.getRole().equals("learner")).count();
    return range.getLeader() != 0 && voters >= replicas;
  }

  private void await(String what, BooleanSupplier condition) {
    long deadline = clock.nanos() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      requireAlive.run();
      if (clock.nanos() - deadline > 0) {
        throw new DemoProblem(
            "waited " + LIMIT.toSeconds() + " s in vain for " + what,
            "is the machine very busy? Try again, or with fewer --nodes");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
