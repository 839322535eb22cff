package dev.troupe.node.grpc;

import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.v1.ListNodesResponse;
import dev.troupe.v1.ListRangesResponse;
import dev.troupe.v1.Node;
import dev.troupe.v1.Range;
import dev.troupe.v1.Replica;
import java.util.List;
import java.util.Locale;

/** Translates what an operator sees into messages. */
final class AdminMessages {
  private AdminMessages() {}

  static ListNodesResponse nodes(List<NodeStatus> nodes) {
    ListNodesResponse.Builder response = ListNodesResponse.newBuilder();
    nodes.forEach(node -> response.addNodes(node(node)));
    return response.build();
  }

  static ListRangesResponse ranges(List<RangeStatus> ranges) {
    ListRangesResponse.Builder response = ListRangesResponse.newBuilder();
    ranges.forEach(range -> response.addRanges(range(range)));
    return response.build();
  }

  private static Node node(NodeStatus node) {
    return Node.newBuilder()
        .setId(node.id().value())
        .setPid(node.pid())
        .setAddress(node.address())
        .setGrpcAddress(node.grpcAddress())
        .setSqlAddress(node.sqlAddress())
        .setHttpAddress(node.httpAddress())
        .setState(node.state().name().toLowerCase(Locale.ROOT))
        .setStartedAtMillis(node.startedAtMillis())
        .setVersion(node.version())
        .setReplicas(node.replicas())
        .setLeaders(node.leaders())
        .build();
  }

  private static Range range(RangeStatus range) {
    Range.Builder message =
        Range.newBuilder()
            .setId(range.descriptor().id().value())
            .setStart(Bytes.wrap(range.descriptor().span().start().bytes()))
            .setEnd(Bytes.wrap(range.descriptor().span().end().bytes()))
            .setGeneration(range.descriptor().generation())
            .setLeader(range.leader() == null ? 0 : range.leader().value())
            .setTerm(range.term())
            .setCommitIndex(range.commitIndex())
            .setAppliedIndex(range.appliedIndex())
            .setLogEntries(range.logEntries())
            .setApproximateBytes(range.approximateBytes())
            .setWritesPerSecond(range.writesPerSecond())
            .setReadsPerSecond(range.readsPerSecond());
    range.replicas().forEach(replica -> message.addReplicas(replica(replica)));
    return message.build();
  }

  private static Replica replica(ReplicaStatus replica) {
    return Replica.newBuilder()
        .setId(replica.id().value())
        .setNode(replica.node().value())
        .setRole(replica.role())
        .setLastIndex(replica.lastIndex())
        .setAppliedIndex(replica.appliedIndex())
        .setReachable(replica.reachable())
        .build();
  }
}
