package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.trace.TraceId;
import dev.troupe.node.trace.TraceTree;
import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.TraceParent;
import dev.troupe.transport.LinkFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What three nodes of a {@link LocalCluster} record, each for itself, of what is sampled. */
final class TracedNodes {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final NodeSettings.Tracing WHEN_ASKED =
      new NodeSettings.Tracing(true, 0, 100, 10, 500, null);

  private final Map<Integer, Tracing> tracing = new TreeMap<>();

  LocalCluster start(Path base, List<Key> splits, LinkFilter links) {
    for (int node = 1; node <= 3; node++) {
      tracing.put(
          node,
          Tracing.of(
              WHEN_ASKED, SystemClocks.monotonic(), SystemClocks.wall(), SystemClocks.random()));
    }
    return new LocalCluster(base, splits, LocalCluster.PATIENT, links)
        .tracing(node -> tracing.get(node).tracer())
        .start(3);
  }

  Tracing at(int node) {
    return tracing.get(node);
  }

  /** What a client says that wants a new trace recorded. */
  static TraceParent client() {
    long low = SystemClocks.random().nextLong(Long.MAX_VALUE);
    return new TraceParent(new TraceContext(7, low, 5), true);
  }

  /** Parts of traces that are kept, on all nodes. */
  int kept() {
    return tracing.values().stream().mapToInt(one -> one.book().size()).sum();
  }

  TraceTree tree(TraceContext of) {
    Map<NodeId, List<SpanRecord>> parts = new TreeMap<>();
    TraceId id = TraceId.parse(of.traceId());
    tracing.forEach((node, one) -> parts.put(new NodeId(node), one.book().part(id)));
    return TraceTree.of(parts, Map.of());
  }

  TraceTree await(TraceContext of, Predicate<TraceTree> wanted) {
    return Awaitility.await().atMost(PATIENCE).until(() -> tree(of), wanted);
  }

  /** Everything has ended, and the entries of so many are visible at their followers. */
  TraceTree awaitApplied(TraceContext of, int followers) {
    return await(
        of,
        tree ->
            all(tree, "follower.apply").size() == followers
                && tree.lines().stream().allMatch(line -> line.durationMicros() >= 0));
  }

  static List<TraceTree.Line> all(TraceTree tree, String name) {
    return tree.lines().stream().filter(line -> line.name().equals(name)).toList();
  }

  static TraceTree.Line only(TraceTree tree, String name) {
    assertThat(all(tree, name)).as(name).hasSize(1);
    return all(tree, name).getFirst();
  }

  static TraceTree.Line above(TraceTree tree, TraceTree.Line line) {
    return tree.lines().stream()
        .filter(other -> other.id().equals(line.parent()))
        .findFirst()
        .orElseThrow();
  }

  /** Names of all lines above one, from the next to the first. */
  static List<String> way(TraceTree tree, TraceTree.Line line) {
    List<String> names = new java.util.ArrayList<>();
    for (TraceTree.Line at = line; !at.parent().isEmpty(); ) {
      at = above(tree, at);
      names.add(at.name());
    }
    return names;
  }

  static TraceTree.Line marked(TraceTree tree, TraceTree.Mark mark) {
    return tree.lines().stream().filter(line -> line.mark() == mark).findFirst().orElseThrow();
  }
}
