package dev.troupe.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.split.Decision.Finding;
import dev.troupe.split.Decision.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Decisions on virtual time, every ten seconds, for ranges that the test makes up. */
class SplitPlannerTest {
  private static final SplitSettings SETTINGS =
      new SplitSettings(
          true,
          true,
          64 << 20,
          10_000,
          Duration.ofSeconds(60),
          0.25,
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  private static final long PERIOD = Duration.ofSeconds(10).toNanos();

  /** A range as its leader tells of it. */
  private static final class Told {
    private final long id;
    private Key start;
    private Key end;
    private long generation = 1;
    private List<Integer> nodes = List.of(1, 2, 3);
    private long bytes;
    private @Nullable Key middle;
    private long rate;
    private long requests;
    private @Nullable LoadShape shape;

    Told(long id, Key start, Key end) {
      this.id = id;
      this.start = start;
      this.end = end;
    }

    RangeLoad load() {
      List<Member> members = new ArrayList<>();
      nodes.forEach(
          n -> members.add(new Member(new ReplicaId(n), new NodeId(n), Member.Role.VOTER)));
      var descriptor =
          new RangeDescriptor(
              new RangeId(id), new KeySpan(start, end), generation, new Membership(members), 10);
      return new RangeLoad(
          descriptor, new ReplicaId(1), bytes, middle, requests / 2, requests / 2, shape);
    }
  }

  private final SplitPlanner planner = new SplitPlanner(SETTINGS);
  private final TreeMap<Long, Told> ranges = new TreeMap<>();
  private final Set<SplitPlanner.Told> told = new HashSet<>();
  private final Set<Key> kept = new HashSet<>();
  private final Set<NodeId> fit =
      IntStream.rangeClosed(1, 9).mapToObj(NodeId::new).collect(Collectors.toSet());
  private long now = 1;
  private long nextId = 200;
  private int groundsAsked;

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private Told range(long id, Key start, Key end) {
    var range = new Told(id, start, end);
    ranges.put(id, range);
    return range;
  }

  private Told whole() {
    return range(100, Keyspace.KV.start(), Keyspace.KV.end());
  }

  private List<Decision> look() {
    now += PERIOD;
    ranges.values().forEach(r -> r.requests += r.rate * 10);
    List<RangeLoad> loads = ranges.values().stream().map(Told::load).toList();
    var decisions = new ArrayList<>(planner.look(loads, now, told));
    if (planner.needsGround(Set.of())) {
      groundsAsked++;
      decisions.addAll(planner.merge(new Ground(kept, fit)));
    }
    return decisions;
  }

  private List<Decision> lookFor(Duration time) {
    for (long until = now + time.toNanos(); now < until; ) {
      List<Decision> decisions = look();
      if (!decisions.isEmpty()) {
        return decisions;
      }
    }
    return List.of();
  }

  private Told split(Decision.Split split) {
    Told left = ranges.get(split.range().id().value());
    Told right = range(nextId++, split.key(), left.end);
    left.end = split.key();
    left.generation++;
    right.generation = left.generation;
    left.middle = null;
    left.shape = null;
    left.bytes /= 2;
    right.bytes = left.bytes;
    return right;
  }

  private static LoadShape shape(
      @Nullable String cut, double left, String hot, double hotShare, double rising) {
    return new LoadShape(500, 0.8, cut == null ? null : key(cut), left, key(hot), hotShare, rising);
  }

  @Test
  void shouldSplitWhatIsTooLargeInItsMiddleAtOnce() {
    Told range = whole();
    range.bytes = 64 << 20;
    range.middle = key("m");
    assertThat(lookFor(Duration.ofMinutes(5))).isEmpty();
    range.bytes++;
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Split.class,
            split -> {
              assertThat(split.key()).isEqualTo(key("m"));
              assertThat(split.strategy()).isEqualTo(Strategy.SIZE);
              assertThat(split.inputs().bytes()).isEqualTo((64 << 20) + 1);
            });
  }

  @Test
  void shouldNotSplitALargeRangeOfOneKey() {
    Told range = whole();
    range.bytes = 1 << 30;
    range.middle = null;
    assertThat(lookFor(Duration.ofMinutes(5))).isEmpty();
  }

  @Test
  void shouldSplitAHotRangeAtItsMedianWhenItStaysHot() {
    Told range = whole();
    range.rate = 10_001;
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    for (int i = 0; i < 7; i++) {
      // The first look measures nothing, the second begins the minute.
      assertThat(look()).as("look %d", i).isEmpty();
    }
    Decision.Split split = (Decision.Split) look().getFirst();
    assertThat(split.strategy()).isEqualTo(Strategy.LOAD);
    assertThat(split.key()).isEqualTo(key("g"));
    assertThat(split.inputs().requestsPerSecond()).isEqualTo(10_001);
  }

  @Test
  void shouldForgetAHeatThatEnds() {
    Told range = whole();
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    for (int i = 0; i < 20; i++) {
      range.rate = i % 6 == 5 ? 9_000 : 20_000;
      assertThat(look()).isEmpty();
    }
  }

  @Test
  void shouldMeasureBothPartsAnewAfterASplit() {
    Told range = whole();
    range.rate = 40_000;
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    Told right = split((Decision.Split) lookFor(Duration.ofMinutes(5)).getFirst());
    range.rate = 20_000;
    right.rate = 20_000;
    range.shape = shape("c", 0.5, "a", 0.1, 0);
    right.shape = shape("p", 0.5, "p", 0.1, 0);
    long begun = now;
    assertThat(lookFor(Duration.ofMinutes(5))).hasSize(2);
    assertThat(now - begun).isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
  }

  @Test
  void shouldGiveAHotKeyARangeOfItsOwnAndThenTellPeopleOnce() {
    Told range = whole();
    range.rate = 30_000;
    range.shape = shape("k", 0.1, "k", 0.8, 0);
    Decision.Split first = (Decision.Split) lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(first.strategy()).isEqualTo(Strategy.HOT_KEY);
    assertThat(first.key()).isEqualTo(key("k"));
    range.rate = 3_000;
    Told right = split(first);
    right.rate = 27_000;
    right.shape = shape("l", 0.88, "k", 0.88, 0);
    Decision.Split second = (Decision.Split) lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(second.strategy()).isEqualTo(Strategy.HOT_KEY);
    assertThat(second.key()).isEqualTo(key("k").next());
    split(second);
    right.rate = 24_000;
    right.shape = shape(null, 0, "k", 1, 0);
    Decision.Tell tell = (Decision.Tell) lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(tell.finding()).isEqualTo(Finding.HOT_KEY);
    assertThat(tell.key()).isEqualTo(key("k"));
    told.add(new SplitPlanner.Told(tell.range().id(), tell.finding(), tell.key()));
    assertThat(lookFor(Duration.ofHours(1))).isEmpty();
    assertThat(ranges).hasSize(3);
  }

  @Test
  void shouldSeparateTwoHotKeys() {
    Told range = whole();
    range.rate = 30_000;
    range.shape = shape("p", 0.5, "c", 0.5, 0);
    Decision.Split split = (Decision.Split) lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(split.strategy()).isEqualTo(Strategy.LOAD);
    assertThat(split.key()).isEqualTo(key("p"));
  }

  @Test
  void shouldTellPeopleOfRowsThatAreAppended() {
    Told range = whole();
    range.rate = 30_000;
    range.shape = shape("p", 0.5, "c", 0.01, 0.95);
    Decision.Tell tell = (Decision.Tell) lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(tell.finding()).isEqualTo(Finding.APPEND);
    // By its size it is still split.
    range.bytes = 65 << 20;
    range.middle = key("m");
    assertThat(look().getFirst()).isInstanceOf(Decision.Split.class);
  }

  @Test
  void shouldLeaveTheCatalogAndTheSystemRangeInOnePiece() {
    Key inCatalog = Keyspace.TABLES.start().append(new byte[] {0, 0, 0, 1});
    Told tables = range(101, Keyspace.TABLES.start(), Key.MAX);
    tables.bytes = 1 << 30;
    tables.middle = inCatalog;
    Told system = range(1, Key.MIN, Keyspace.KV.start());
    system.bytes = 1 << 30;
    system.middle = Keyspace.CLUSTER;
    assertThat(lookFor(Duration.ofMinutes(5))).isEmpty();
  }

  // --- merging ---------------------------------------------------------------------------------

  private void twoNeighbours() {
    range(100, key("a"), key("m")).bytes = 1 << 20;
    range(200, key("m"), key("z")).bytes = 1 << 20;
  }

  @Test
  void shouldMergeNeighboursThatAreSmallAndColdForLong() {
    twoNeighbours();
    assertThat(lookFor(Duration.ofMinutes(10))).isEmpty();
    Decision.Merge merge = (Decision.Merge) lookFor(Duration.ofMinutes(1)).getFirst();
    assertThat(merge.range().id()).isEqualTo(new RangeId(100));
    assertThat(merge.right().id()).isEqualTo(new RangeId(200));
  }

  @Test
  void shouldNotMergeWhatIsWarmOrLargeOrApart() {
    twoNeighbours();
    Told left = ranges.get(100L);
    Told right = ranges.get(200L);
    right.rate = 2_500;
    assertThat(lookFor(Duration.ofMinutes(30))).isEmpty();
    right.rate = 1_300;
    left.rate = 1_300;
    assertThat(lookFor(Duration.ofMinutes(30))).as("both together").isEmpty();
    left.rate = 0;
    right.rate = 0;
    left.bytes = 9 << 20;
    right.bytes = 9 << 20;
    assertThat(lookFor(Duration.ofMinutes(30))).as("large together").isEmpty();
    left.bytes = 0;
    right.bytes = 0;
    right.start = key("n");
    assertThat(lookFor(Duration.ofMinutes(30))).as("apart").isEmpty();
    right.start = key("m");
    right.nodes = List.of(3, 2, 1);
    assertThat(lookFor(Duration.ofMinutes(30))).hasSize(1);
  }

  @Test
  void shouldMergeOneAfterTheOther() {
    for (int i = 0; i < 6; i++) {
      range(100 + i, key("a" + i), key("a" + (i + 1)));
    }
    assertThat(lookFor(Duration.ofMinutes(30))).hasSize(1);
  }

  @Test
  void shouldKeepABorderThatWasMadeByHandUntilItIsLifted() {
    twoNeighbours();
    kept.add(key("m"));
    assertThat(lookFor(Duration.ofHours(2))).isEmpty();
    // It is known by then, and not asked for in each look.
    assertThat(groundsAsked).isBetween(2, 14);
    kept.clear();
    assertThat(lookFor(SETTINGS.mergeAfter().plusSeconds(10)).getFirst())
        .isInstanceOf(Decision.Merge.class);
  }

  @Test
  void shouldNotWakeAClusterInWhichNothingIsToBeMerged() {
    whole().bytes = 1 << 20;
    range(3, Keyspace.TABLES.start(), Key.MAX);
    assertThat(lookFor(Duration.ofHours(10))).isEmpty();
    assertThat(groundsAsked).isEqualTo(1);
  }

  @Test
  void shouldMakeABorderAgainThatWasTakenAwayWhileItWasKept() {
    twoNeighbours();
    Decision.Merge merge = (Decision.Merge) lookFor(Duration.ofMinutes(30)).getFirst();
    kept.add(key("m"));
    kept.add(key("a"));
    ranges.get(100L).end = key("z");
    ranges.get(100L).generation = 5;
    ranges.remove(merge.right().id().value());
    planner.merged();
    assertThat(look())
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
    Told left = ranges.get(100L);
    Told right = ranges.get(200L);
    left.nodes = List.of(1, 4, 5);
    right.bytes = 2 << 20;
    List<Integer> moved = new ArrayList<>();
    for (Decision next = lookFor(Duration.ofMinutes(30)).getFirst();
        next instanceof Decision.Move move;
        next = look().getFirst()) {
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
    ranges.get(200L).nodes = List.of(1, 2, 4);
    int moves = 0;
    for (Duration ofAll = Duration.ZERO;
        ofAll.compareTo(SETTINGS.mergeAfter().multipliedBy(4)) < 0;
        ofAll = ofAll.plus(SETTINGS.period())) {
      moves += look().size();
    }
    assertThat(moves).isBetween(MergePlanner.GATHERINGS_MAX, 3 * MergePlanner.GATHERINGS_MAX);
  }

  @Test
  void shouldLeaveRangesOnNodesThatAreAwayAlone() {
    twoNeighbours();
    fit.remove(new NodeId(2));
    assertThat(lookFor(Duration.ofHours(1))).isEmpty();
    assertThat(groundsAsked).isLessThan(10);
    fit.add(new NodeId(2));
    assertThat(lookFor(Duration.ofMinutes(11))).hasSize(1);
  }

  @Test
  void shouldWaitWhenAMergeWasRefused() {
    twoNeighbours();
    lookFor(Duration.ofMinutes(30));
    planner.postpone(new RangeId(100));
    long begun = now;
    assertThat(lookFor(Duration.ofMinutes(30))).hasSize(1);
    assertThat(now - begun).isGreaterThanOrEqualTo(SETTINGS.mergeAfter().toNanos());
  }

  @Test
  void shouldNotMergeRightAfterASplit() {
    Told range = whole();
    range.bytes = 65 << 20;
    range.middle = key("m");
    Decision.Split order = (Decision.Split) look().getFirst();
    Told right = split(order);
    range.bytes = 0;
    right.bytes = 0;
    long begun = now;
    assertThat(lookFor(Duration.ofMinutes(30)).getFirst()).isInstanceOf(Decision.Merge.class);
    assertThat(now - begun).isGreaterThanOrEqualTo(SETTINGS.mergeAfter().toNanos());
  }

  @Test
  void shouldKeepTheBordersOfANewClusterAndOfThePartsOfTheKeySpace() {
    range(2, Keyspace.KV.start(), Keyspace.TABLES.start());
    range(3, Keyspace.TABLES.start(), Key.MAX);
    assertThat(lookFor(Duration.ofHours(1))).isEmpty();
    ranges.clear();
    range(100, key("a"), key("m"));
    range(50, key("m"), key("z"));
    assertThat(lookFor(Duration.ofHours(1))).isEmpty();
  }

  /** Split and merged by their own rules, ranges come to rest. */
  @Test
  void shouldComeToRest() {
    Told first = range(100, number(0), number(1 << 20));
    first.bytes = 1 << 30;
    int changes = 0;
    for (int quiet = 0; quiet < 1_000; quiet++) {
      for (Told range : ranges.values()) {
        range.middle = range.bytes > 64 << 20 ? middle(range) : null;
      }
      for (Decision decision : look()) {
        quiet = 0;
        changes++;
        Told left = ranges.get(decision.range().id().value());
        if (decision instanceof Decision.Split order) {
          split(order);
        } else {
          Told right = ranges.remove(((Decision.Merge) decision).right().id().value());
          left.end = right.end;
          left.bytes += right.bytes;
        }
      }
      assertThat(changes).isLessThan(100);
    }
    assertThat(ranges).hasSize(16);
  }

  private static Key number(int number) {
    return key("%08d".formatted(number));
  }

  private static Key middle(Told range) {
    return number((number(range.start) + number(range.end)) / 2);
  }

  private static int number(Key key) {
    return Integer.parseInt(
        new String(Keyspace.userKey("default", key), java.nio.charset.StandardCharsets.UTF_8));
  }
}
