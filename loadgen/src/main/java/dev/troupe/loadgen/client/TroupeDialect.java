package dev.troupe.loadgen.client;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.ListNodesResponse;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.Node;
import dev.troupe.v1.Range;
import io.grpc.ManagedChannel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Troupe's own API, by one stream per connection or by one call per operation. */
public enum TroupeDialect implements Dialect {
  PIPELINE,
  UNARY;

  private static final String DEFAULT_NAMESPACE = "default";

  @Override
  public Link open(ManagedChannel channel, LinkContext context, Link.BreakListener onBroken) {
    return switch (this) {
      case PIPELINE -> new PipelineLink(channel, context, onBroken);
      case UNARY ->
          new UnaryLink(
              channel,
              context,
              onBroken,
              (link, operation, listener) ->
                  startUnary(link, operation, context.namespace(), listener));
    };
  }

  @Override
  public CompletionStage<ClusterMap> locate(ManagedChannel channel, LinkContext context) {
    AdminGrpc.AdminFutureStub admin =
        AdminGrpc.newFutureStub(channel)
            .withDeadlineAfter(context.timeout().toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<ListNodesResponse> nodes =
        ListenableStage.of(admin.listNodes(ListNodesRequest.getDefaultInstance()));
    return ListenableStage.of(admin.listRanges(ListRangesRequest.getDefaultInstance()))
        .thenCombine(
            nodes,
            (ranges, all) -> map(all.getNodesList(), ranges.getRangesList(), context.namespace()));
  }

  static ClusterMap map(List<Node> nodes, List<Range> ranges, String namespace) {
    KeySpan span = Keyspace.kvNamespace(namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace);
    Map<Integer, Integer> led = new HashMap<>();
    for (Range range : ranges) {
      if (range.getLeader() != 0 && intersects(range, span)) {
        led.merge(range.getLeader(), 1, Integer::sum);
      }
    }
    List<Node> live = nodes.stream().filter(TroupeDialect::serves).toList();
    Endpoint leader =
        live.stream()
            .filter(node -> led.containsKey(node.getId()))
            .max(Comparator.comparingInt(node -> led.getOrDefault(node.getId(), 0)))
            .map(TroupeDialect::endpoint)
            .orElse(null);
    return new ClusterMap(live.stream().map(TroupeDialect::endpoint).toList(), leader);
  }

  private static boolean serves(Node node) {
    return node.getState().equalsIgnoreCase("live") && !node.getGrpcAddress().isEmpty();
  }

  private static Endpoint endpoint(Node node) {
    return Endpoint.parse(node.getGrpcAddress(), 1);
  }

  private static boolean intersects(Range range, KeySpan span) {
    Key start = Key.wrap(range.getStart().toByteArray());
    Key end = range.getEnd().isEmpty() ? Key.MAX : Key.wrap(range.getEnd().toByteArray());
    return new KeySpan(start, end).overlaps(span);
  }

  static void startUnary(
      UnaryLink link, Operation operation, String namespace, Outcome.Listener listener) {
    switch (operation) {
      case Operation.Get get ->
          link.call(
              KvGrpc.getGetMethod(), Calls.get(get, namespace), a -> Calls.found(a), listener);
      case Operation.Put put ->
          link.call(
              KvGrpc.getPutMethod(),
              Calls.put(put, namespace),
              a -> new Outcome.Written(a.getVersion()),
              listener);
      case Operation.Scan scan ->
          link.call(
              KvGrpc.getScanMethod(),
              Calls.scan(scan, namespace),
              a -> new Outcome.Scanned(a.getRowsCount()),
              listener);
      case Operation.Batch batch ->
          link.call(
              KvGrpc.getBatchMethod(),
              Calls.batch(batch, namespace),
              a -> new Outcome.Written(0),
              listener);
    }
  }
}
