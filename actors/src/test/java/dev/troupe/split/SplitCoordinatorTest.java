package dev.troupe.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.control.SystemRange;
import dev.troupe.load.RangeLoad;
import dev.troupe.load.Survey;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.SystemClocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two coordinators at once over ranges that refuse what is stale. */
class SplitCoordinatorTest {
  private static final long LIMIT = 64 << 20;
  private static final long BYTES = 1L << 30;

  private static final SplitSettings SETTINGS =
      new SplitSettings(
          true,
          true,
          LIMIT,
          10_000,
          Duration.ofSeconds(60),
          0.7,
          0.2,
          Duration.ofMillis(100),
          Duration.ofMillis(20));

  /** Rows that lie evenly from 0 to 2^20, in ranges with generations. */
  private static final class Rows implements SplitWork, ClusterEvents {
    private final TreeMap<Integer, RangeDescriptor> ranges = new TreeMap<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    int refused;
    final Set<Key> kept = new HashSet<>();
    long bytes = BYTES;
    private long nextId = 200;

    Rows() {
      Membership members =
          Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
      ranges.put(
          0,
          new RangeDescriptor(new RangeId(100), new KeySpan(key(0), key(1 << 20)), 1, members, 2));
    }

    private static Key key(int row) {
      return Keyspace.kv(
          "d", "%07d".formatted(row).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static int row(Key key) {
      return Integer.parseInt(
          new String(Keyspace.userKey("d", key), java.nio.charset.StandardCharsets.UTF_8));
    }

    synchronized long bytes(RangeDescriptor range) {
      return bytes / (1 << 20) * (row(range.span().end()) - row(range.span().start()));
    }

    @Override
    public synchronized CompletionStage<Survey> survey() {
      List<RangeLoad> loads = new ArrayList<>();
      for (RangeDescriptor range : ranges.values()) {
        Key middle = key((row(range.span().start()) + row(range.span().end())) / 2);
        loads.add(new RangeLoad(range, new ReplicaId(1), bytes(range), middle, 0, 0, null));
      }
      return CompletableFuture.completedStage(new Survey(loads, Map.of()));
    }

    @Override
    public synchronized CompletionStage<SplitResult> split(RangeDescriptor seen, Key key) {
      RangeDescriptor range = ranges.floorEntry(row(key)).getValue();
      if (!range.equals(seen)) {
        refused++;
        return CompletableFuture.failedStage(
            new TroupeException(ErrorCode.PRECONDITION_FAILED, "it has changed"));
      }
      long generation = range.generation() + 1;
      KeySpan span = range.span();
      var left =
          new RangeDescriptor(
              range.id(), new KeySpan(span.start(), key), generation, range.members(), 2);
      var right =
          new RangeDescriptor(
              new RangeId(nextId++), new KeySpan(key, span.end()), generation, range.members(), 2);
      ranges.put(row(span.start()), left);
      ranges.put(row(key), right);
      return CompletableFuture.completedStage(new SplitResult(left, right, true));
    }

    @Override
    public synchronized CompletionStage<Ground> ground() {
      return CompletableFuture.completedStage(new Ground(kept, Set.of(new NodeId(1))));
    }

    @Override
    public CompletionStage<Void> move(RangeDescriptor range, NodeId from, NodeId to) {
      return CompletableFuture.failedStage(new AssertionError("all are on one node"));
    }

    @Override
    public synchronized CompletionStage<MergeResult> merge(
        RangeDescriptor left, RangeDescriptor right) {
      int from = row(left.span().start());
      int border = row(right.span().start());
      if (!left.equals(ranges.get(from)) || !right.equals(ranges.get(border))) {
        refused++;
        return CompletableFuture.failedStage(
            new TroupeException(ErrorCode.PRECONDITION_FAILED, "they have changed"));
      }
      var whole =
          new RangeDescriptor(
              left.id(),
              new KeySpan(left.span().start(), right.span().end()),
              Math.max(left.generation(), right.generation()) + 1,
              left.members(),
              2);
      ranges.remove(border);
      ranges.put(from, whole);
      return CompletableFuture.completedStage(new MergeResult(whole, true));
    }

    synchronized List<RangeDescriptor> all() {
      return List.copyOf(ranges.values());
    }

    @Override
    public void append(
        String kind, @Nullable RangeId range, @Nullable NodeId node, String message, String more) {
      events.add(kind + " " + more);
    }

    @Override
    public CompletionStage<List<Event>> newest(int max) {
      return CompletableFuture.completedStage(List.of());
    }
  }

  private final SystemRange range = new SystemRange();
  private final Rows rows = new Rows();
  private final List<ActorTestKit> nodes = List.of(range.node("splits"), range.node("splits"));

  @AfterEach
  void stop() {
    nodes.forEach(ActorTestKit::shutdownTestKit);
  }

  private void spawn(ActorTestKit node) {
    node.spawn(
        SplitCoordinator.create(
            new SplitCoordinator.Parts(rows, rows, SystemClocks.monotonic(), SETTINGS)));
  }

  private void awaitSplit() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> rows.all().stream().allMatch(r -> rows.bytes(r) <= LIMIT));
  }

  @Test
  void shouldSplitUntilNothingIsTooLarge() {
    spawn(nodes.get(0));
    awaitSplit();
    Awaitility.await().until(() -> rows.events.size() == 15);
    assertThat(rows.all()).hasSize(16);
    assertThat(rows.events)
        .allMatch(e -> e.startsWith("range-split {") && e.contains("\"strategy\":\"size\""));
  }

  @Test
  void shouldDoNothingTwiceWhenTwoOfThemRun() {
    spawn(nodes.get(0));
    spawn(nodes.get(1));
    awaitSplit();
    // As one would have done it: no range was cut at a place that was chosen for another state.
    assertThat(rows.all()).hasSize(16);
    assertThat(rows.all()).allMatch(r -> rows.bytes(r) == LIMIT);
  }

  @Test
  void shouldGoOnWhereAnotherHasEnded() {
    var first =
        nodes
            .get(0)
            .spawn(
                SplitCoordinator.create(
                    new SplitCoordinator.Parts(rows, rows, SystemClocks.monotonic(), SETTINGS)));
    Awaitility.await().until(() -> rows.all().size() > 2);
    nodes.get(0).stop(first);
    spawn(nodes.get(1));
    awaitSplit();
    assertThat(rows.all()).hasSize(16);
  }

  private void empty(Key... kept) {
    synchronized (rows) {
      rows.kept.addAll(List.of(kept));
      rows.bytes = 0;
    }
  }

  @Test
  void shouldMergeWhatHasBecomeSmall() {
    spawn(nodes.get(0));
    awaitSplit();
    empty();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rows.all().size() == 1);
    Awaitility.await().until(() -> rows.events.size() == 30);
    assertThat(rows.events.subList(15, 30))
        .allMatch(e -> e.startsWith("range-merge {") && e.contains("\"strategy\":\"cold\""));
    assertThat(rows.refused).isZero();
  }

  @Test
  void shouldMergeNothingTwiceAndNoKeptBorderWhenTwoOfThemRun() {
    spawn(nodes.get(0));
    spawn(nodes.get(1));
    awaitSplit();
    Key kept = Rows.key(1 << 19);
    empty(kept);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rows.all().size() == 2);
    assertThat(rows.all().get(1).span().start()).isEqualTo(kept);
    assertThat(rows.all().get(0).span().end()).isEqualTo(kept);
    Awaitility.await().during(Duration.ofMillis(500)).until(() -> rows.all().size() == 2);
  }
}
