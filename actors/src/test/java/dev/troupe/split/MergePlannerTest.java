package dev.troupe.split;

import static dev.troupe.split.PlannedRanges.SETTINGS;
import static dev.troupe.split.PlannedRanges.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.split.Decision.Strategy;
import dev.troupe.split.PlannedRanges.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decisions about small and cold neighbours. */
class MergePlannerTest {
  private final PlannedRanges cluster = new PlannedRanges();

  private void twoNeighbours() {
    cluster.range(100, key("a"), key("m")).bytes = 1 << 20;
    cluster.range(200, key("m"), key("z")).bytes = 1 << 20;
  }

  @Test
  void shouldMergeNeighboursThatAreSmallAndColdForLong() {
    twoNeighbours();
    assertThat(cluster.lookFor(Duration.ofMinutes(10))).isEmpty();
    Decision.Merge merge = (Decision.Merge) cluster.lookFor(Duration.ofMinutes(1)).getFirst();
    assertThat(merge.range().id()).isEqualTo(new RangeId(100));
    assertThat(merge.right().id()).isEqualTo(new RangeId(200));
  }

  @Test
  void shouldNotMergeWhatIsWarmOrLargeOrApart() {
    twoNeighbours();
    Told left = cluster.ranges.get(100L);
    Told right = cluster.ranges.get(200L);
    right.rate = 2_500;
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).isEmpty();
    right.rate = 1_300;
    left.rate = 1_300;
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).as("both together").isEmpty();
    left.rate = 0;
    right.rate = 0;
    left.bytes = 9 << 20;
    right.bytes = 9 << 20;
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).as("large together").isEmpty();
    left.bytes = 0;
    right.bytes = 0;
    right.start = key("n");
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).as("apart").isEmpty();
    right.start = key("m");
    right.nodes = List.of(3, 2, 1);
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).hasSize(1);
  }

  @Test
  void shouldMergeOneAfterTheOther() {
    for (int i = 0; i < 6; i++) {
      cluster.range(100 + i, key("a" + i), key("a" + (i + 1)));
    }
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).hasSize(1);
  }

  @Test
  void shouldKeepABorderThatWasMadeByHandUntilItIsLifted() {
    twoNeighbours();
    cluster.kept.add(key("m"));
    assertThat(cluster.lookFor(Duration.ofHours(2))).isEmpty();
    // It is known by then, and not asked for in each look.
    assertThat(cluster.groundsAsked).isBetween(2, 14);
    cluster.kept.clear();
    assertThat(cluster.lookFor(SETTINGS.mergeAfter().plusSeconds(10)).getFirst())
        .isInstanceOf(Decision.Merge.class);
  }

  @Test
  void shouldNotWakeAClusterInWhichNothingIsToBeMerged() {
    cluster.whole().bytes = 1 << 20;
    cluster.range(3, Keyspace.TABLES.start(), Key.MAX);
    assertThat(cluster.lookFor(Duration.ofHours(10))).isEmpty();
    assertThat(cluster.groundsAsked).isEqualTo(1);
  }

  @Test
  void shouldMakeABorderAgainThatWasTakenAwayWhileItWasKept() {
    twoNeighbours();
    Decision.Merge merge = (Decision.Merge) cluster.lookFor(Duration.ofMinutes(30)).getFirst();
    cluster.kept.add(key("m"));
    cluster.kept.add(key("a"));
    cluster.ranges.get(100L).end = key("z");
    cluster.ranges.get(100L).generation = 5;
    cluster.ranges.remove(merge.right().id().value());
    cluster.planner.merged();
    assertThat(cluster.look())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Split.class,
            split -> {
              assertThat(split.strategy()).isEqualTo(Strategy.KEPT);
              assertThat(split.key()).isEqualTo(key("m"));
              assertThat(split.range().generation()).isEqualTo(5);
            });
  }

  @Test
  void shouldMoveReplicasOfTheSmallerOneTogetherFirst() {
    twoNeighbours();
    Told left = cluster.ranges.get(100L);
    Told right = cluster.ranges.get(200L);
    left.nodes = List.of(1, 4, 5);
    right.bytes = 2 << 20;
    List<Integer> moved = new ArrayList<>();
    for (Decision next = cluster.lookFor(Duration.ofMinutes(30)).getFirst();
        next instanceof Decision.Move move;
        next = cluster.look().getFirst()) {
      assertThat(move.range().id()).isEqualTo(new RangeId(100));
      assertThat(move.neighbour().id()).isEqualTo(new RangeId(200));
      moved.add(move.from().value());
      var nodes = new ArrayList<>(left.nodes);
      nodes.remove((Integer) move.from().value());
      nodes.add(move.to().value());
      left.nodes = nodes;
      left.generation += 3;
    }
    assertThat(moved).containsExactly(4, 5);
    assertThat(left.nodes).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void shouldNotMoveForEverWhatOthersMoveBack() {
    twoNeighbours();
    cluster.ranges.get(200L).nodes = List.of(1, 2, 4);
    int moves = 0;
    for (Duration ofAll = Duration.ZERO;
        ofAll.compareTo(SETTINGS.mergeAfter().multipliedBy(4)) < 0;
        ofAll = ofAll.plus(SETTINGS.period())) {
      moves += cluster.look().size();
    }
    assertThat(moves).isBetween(MergePlanner.GATHERINGS_MAX, 3 * MergePlanner.GATHERINGS_MAX);
  }

  @Test
  void shouldLeaveRangesOnNodesThatAreAwayAlone() {
    twoNeighbours();
    cluster.fit.remove(new NodeId(2));
    assertThat(cluster.lookFor(Duration.ofHours(1))).isEmpty();
    assertThat(cluster.groundsAsked).isLessThan(10);
    cluster.fit.add(new NodeId(2));
    assertThat(cluster.lookFor(Duration.ofMinutes(11))).hasSize(1);
  }

  @Test
  void shouldWaitWhenAMergeWasRefused() {
    twoNeighbours();
    cluster.lookFor(Duration.ofMinutes(30));
    cluster.planner.postpone(new RangeId(100));
    long begun = cluster.now;
    assertThat(cluster.lookFor(Duration.ofMinutes(30))).hasSize(1);
    assertThat(cluster.now - begun).isGreaterThanOrEqualTo(SETTINGS.mergeAfter().toNanos());
  }

  @Test
  void shouldNotMergeRightAfterASplit() {
    Told range = cluster.whole();
    range.bytes = 65 << 20;
    range.middle = key("m");
    Decision.Split order = (Decision.Split) cluster.look().getFirst();
    Told right = cluster.split(order);
    range.bytes = 0;
    right.bytes = 0;
    long begun = cluster.now;
    assertThat(cluster.lookFor(Duration.ofMinutes(30)).getFirst())
        .isInstanceOf(Decision.Merge.class);
    assertThat(cluster.now - begun).isGreaterThanOrEqualTo(SETTINGS.mergeAfter().toNanos());
  }

  @Test
  void shouldKeepTheBordersOfANewClusterAndOfThePartsOfTheKeySpace() {
    cluster.range(2, Keyspace.KV.start(), Keyspace.TABLES.start());
    cluster.range(3, Keyspace.TABLES.start(), Key.MAX);
    assertThat(cluster.lookFor(Duration.ofHours(1))).isEmpty();
    cluster.ranges.clear();
    cluster.range(100, key("a"), key("m"));
    cluster.range(50, key("m"), key("z"));
    assertThat(cluster.lookFor(Duration.ofHours(1))).isEmpty();
  }
}
