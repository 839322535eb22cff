package dev.troupe.node.grpc;

import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.v1.Departure;
import dev.troupe.v1.Event;
import dev.troupe.v1.ListEventsResponse;
import dev.troupe.v1.ListNodesResponse;
import dev.troupe.v1.ListRangesResponse;
import dev.troupe.v1.MergeRangeResponse;
import dev.troupe.v1.Node;
import dev.troupe.v1.Range;
import dev.troupe.v1.Replica;
import dev.troupe.v1.SplitPart;
import dev.troupe.v1.SplitRangeResponse;
import dev.troupe.v1.StuckRange;
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

  static ListEventsResponse events(List<ClusterEvents.Event> events) {
    ListEventsResponse.Builder response = ListEventsResponse.newBuilder();
    events.forEach(event -> response.addEvents(event(event)));
    return response.build();
  }

  private static Event event(ClusterEvents.Event event) {
    return Event.newBuilder()
        .setAtMillis(event.atMillis())
        .setReportedBy(event.by().value())
        .setKind(event.kind())
        .setRange(event.range() == null ? 0 : event.range().value())
        .setNode(event.node() == null ? 0 : event.node().value())
        .setMessage(event.message())
        .setDetails(event.details())
        .build();
  }

  static SplitRangeResponse split(SplitResult result) {
    return SplitRangeResponse.newBuilder()
        .setLeft(part(result.left()))
        .setRight(part(result.right()))
        .setSplit(result.done())
        .build();
  }

  static Departure departure(ClusterAdmin.Departure departure) {
    Departure.Builder message =
        Departure.newBuilder()
            .setNode(departure.node().value())
            .setStanding(departure.standing())
            .setReplicas(departure.replicas());
    departure
        .stuck()
        .forEach(
            one ->
                message.addStuck(
                    StuckRange.newBuilder().setRange(one.range().value()).setWhy(one.why())));
    return message.build();
  }

  static MergeRangeResponse merge(MergeResult result) {
    return MergeRangeResponse.newBuilder()
        .setRange(part(result.range()))
        .setMerged(result.done())
        .build();
  }

  private static SplitPart part(RangeDescriptor range) {
    return SplitPart.newBuilder()
        .setId(range.id().value())
        .setStart(Bytes.wrap(range.span().start().bytes()))
        .setEnd(Bytes.wrap(range.span().end().bytes()))
        .setGeneration(range.generation())
        .build();
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
        .setLocality(node.locality().toString())
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
