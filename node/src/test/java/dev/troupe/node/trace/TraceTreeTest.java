package dev.troupe.node.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.protocol.trace.TraceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TraceTreeTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);

  private final Map<NodeId, List<SpanRecord>> parts = new TreeMap<>();
  private final Map<NodeId, String> silent = new HashMap<>();

  /** Times are microseconds; a negative end is none. */
  private void span(NodeId node, int id, int parent, String name, long start, long end) {
    span(node, id, parent, name, start, end, Map.of());
  }

  private void span(
      NodeId node,
      int id,
      int parent,
      String name,
      long start,
      long end,
      Map<String, Object> attributes) {
    boolean elsewhere =
        parent != 0
            && parts.getOrDefault(node, List.of()).stream()
                .noneMatch(span -> span.context().span() == parent);
    parts
        .computeIfAbsent(node, n -> new ArrayList<>())
        .add(
            new SpanRecord(
                new TraceContext(1, 2, id),
                parent,
                elsewhere,
                name,
                1_000_000 + start,
                end < 0 ? -1 : (end - start) * 1_000,
                attributes,
                null));
  }

  private TraceTree tree() {
    return TraceTree.of(parts, silent);
  }

  private TraceTree.Line line(String name) {
    return tree().lines().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  /** As the sketch of the trace of a put has it. */
  private void put() {
    span(N1, 1, 0, "kv.put", 0, 50);
    span(N1, 2, 1, "gateway", 1, 49);
    span(N1, 3, 2, "call", 2, 48, Map.of(Span.TO, 2L));
    span(N2, 4, 3, "range.put", 5, 45);
    span(N2, 5, 4, "queue", 5, 9);
    span(N2, 6, 4, "raft.commit", 9, 43);
    span(N2, 7, 6, "log.sync", 9, 14);
    span(N2, 8, 6, "raft.append", 10, 43, Map.of(Span.TO, 1L));
    span(N2, 9, 6, "raft.append slow", 10, 300, Map.of(Span.TO, 3L));
    span(N2, 10, 4, "apply", 43, 45);
    span(N1, 11, 8, "follower.append", 12, 16);
    span(N3, 12, 9, "follower.append 3", 200, 204);
  }

  @Test
  void shouldHangSpansOfAllNodesUnderEachOther() {
    put();

    List<TraceTree.Line> lines = tree().lines();

    assertThat(lines.stream().map(l -> "  ".repeat(l.depth()) + l.name() + " " + l.node()).toList())
        .containsExactly(
            "kv.put n1",
            "  gateway n1",
            "    call n1",
            "      range.put n2",
            "        queue n2",
            "        raft.commit n2",
            "          log.sync n2",
            "          raft.append n2",
            "            follower.append n1",
            "          raft.append slow n2",
            "            follower.append 3 n3",
            "        apply n2");
    assertThat(tree().durationMicros()).isEqualTo(50);
    assertThat(tree().startMicros()).isEqualTo(1_000_000);
  }

  @Test
  void shouldMarkWhatTheClientWaitedForAndWhatWasSlowBeside() {
    put();

    assertThat(line("raft.append").mark()).isEqualTo(TraceTree.Mark.BOTTLENECK);
    assertThat(line("raft.append").selfMicros()).isEqualTo(33 - 4);
    assertThat(line("raft.append slow").mark()).isEqualTo(TraceTree.Mark.SLOWEST);
    assertThat(line("raft.append slow").late()).isTrue();
    assertThat(line("raft.append").late()).isFalse();
    assertThat(tree().lines()).filteredOn(l -> l.mark() != TraceTree.Mark.NONE).hasSize(2);
  }

  @Test
  void shouldNotTakeWaitingInTheBackgroundForSlow() {
    put();
    span(N1, 13, 11, "follower.commit", 16, 9_000, Map.of(Span.BACKGROUND, 1L));

    assertThat(line("raft.append slow").mark()).isEqualTo(TraceTree.Mark.SLOWEST);
    assertThat(line("follower.commit").mark()).isEqualTo(TraceTree.Mark.NONE);
  }

  @Test
  void shouldShowWhatNodesHaveNotToldAsMissing() {
    put();
    parts.remove(N3);
    silent.put(N3, "n3 did not answer within 2 s");

    TraceTree.Line missing = line("missing");

    assertThat(missing.node()).isEqualTo(N3);
    assertThat(missing.missing()).isEqualTo("n3 did not answer within 2 s");
    assertThat(missing.depth()).isEqualTo(line("raft.append slow").depth() + 1);
    assertThat(missing.durationMicros()).isNegative();
  }

  @Test
  void shouldShowWhatIsLeftWhenItsOriginIsForgotten() {
    put();
    parts.remove(N1);

    List<TraceTree.Line> lines = tree().lines();

    assertThat(lines.getFirst().missing()).contains("not known any more");
    assertThat(lines.get(1).name()).isEqualTo("range.put");
    assertThat(lines).anyMatch(l -> l.name().equals("missing") && l.node().equals(N1));
  }

  @Test
  void shouldMoveWhatADifferentClockHasPutOutside() {
    span(N1, 1, 0, "kv.put", 0, 50);
    span(N1, 2, 1, "call", 10, 50, Map.of(Span.TO, 2L));
    span(N2, 3, 2, "range.put", 5_000, 5_020);
    span(N2, 4, 3, "queue", 5_000, 5_005);

    assertThat(line("range.put").startMicros()).isEqualTo(20);
    assertThat(line("range.put").shiftedMicros()).isEqualTo(20 - 5_000);
    assertThat(line("queue").startMicros()).isEqualTo(20);
    assertThat(line("call").selfMicros()).isEqualTo(20);
    assertThat(line("range.put").late()).isFalse();
  }

  @Test
  void shouldTakeADoorsSpanBelowAClientsForTheFirst() {
    span(N1, 1, 99, "kv.put", 0, 50, Map.of(Tracing.DOOR, "grpc"));
    span(N1, 2, 1, "gateway", 0, -1);

    assertThat(tree().lines().getFirst().name()).isEqualTo("kv.put");
    assertThat(line("gateway").durationMicros()).as("unfinished").isNegative();
    assertThat(tree().durationMicros()).isEqualTo(50);
  }

  @Test
  void shouldReadBackWhatNodesTellEachOther() {
    put();
    List<SpanRecord> all = parts.get(N2);

    assertThat(SpanCodec.decode(SpanCodec.encode(all))).isEqualTo(all);
    assertThat(SpanCodec.decode(SpanCodec.encode(List.of()))).isEmpty();
  }
}
