package dev.troupe.split;

import static dev.troupe.split.PlannedRanges.SETTINGS;
import static dev.troupe.split.PlannedRanges.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.load.LoadShape;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.split.Decision.Finding;
import dev.troupe.split.Decision.Strategy;
import dev.troupe.split.PlannedRanges.Told;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Decisions about large and hot ranges. */
class SplitPlannerTest {
  private final PlannedRanges cluster = new PlannedRanges();

  private static LoadShape shape(
      @Nullable String cut, double left, String hot, double hotShare, double rising) {
    return new LoadShape(500, 0.8, cut == null ? null : key(cut), left, key(hot), hotShare, rising);
  }

  @Test
  void shouldSplitWhatIsTooLargeInItsMiddleAtOnce() {
    Told range = cluster.whole();
    range.bytes = 64 << 20;
    range.middle = key("m");
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).isEmpty();
    range.bytes++;
    assertThat(cluster.look())
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
    Told range = cluster.whole();
    range.bytes = 1 << 30;
    range.middle = null;
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).isEmpty();
  }

  @Test
  void shouldSplitAHotRangeAtItsMedianWhenItStaysHot() {
    Told range = cluster.whole();
    range.rate = 10_001;
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    for (int i = 0; i < 7; i++) {
      // The first look measures nothing, the second begins the minute.
      assertThat(cluster.look()).as("look %d", i).isEmpty();
    }
    Decision.Split split = (Decision.Split) cluster.look().getFirst();
    assertThat(split.strategy()).isEqualTo(Strategy.LOAD);
    assertThat(split.key()).isEqualTo(key("g"));
    assertThat(split.inputs().requestsPerSecond()).isEqualTo(10_001);
  }

  private void busy(double... ofNodes) {
    for (int i = 0; i < ofNodes.length; i++) {
      cluster.busy.put(new NodeId(i + 1), ofNodes[i]);
    }
  }

  /** Half of the load would stay where it is, or go where it is no better. */
  @Test
  void shouldNotSplitByLoadWhereThatRelievesNobody() {
    Told range = cluster.whole();
    range.rate = 20_000;
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    busy(0.95);
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).as("nobody else").isEmpty();
    busy(0.95, 0.9, 0.8);
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).as("all are as busy").isEmpty();
    busy(0.6, 0.1, 0.1);
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).as("it has time left").isEmpty();
    busy(0.95, 0.9, 0.5);
    long begun = cluster.now;
    Decision.Split split = (Decision.Split) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(cluster.now - begun).isGreaterThanOrEqualTo(SETTINGS.sustained().toNanos());
    assertThat(split.strategy()).isEqualTo(Strategy.LOAD);
    assertThat(split.inputs().busy()).isEqualTo(new Decision.Busy(0.95, 0.5));
  }

  @Test
  void shouldSplitBySizeAndTellOfHotKeysHoweverBusyNodesAre() {
    Told range = cluster.whole();
    range.rate = 30_000;
    range.start = key("k");
    range.end = key("k").next();
    range.shape = shape(null, 0, "k", 1, 0);
    busy(0.1, 0.1, 0.1);
    assertThat(cluster.lookFor(Duration.ofMinutes(5)).getFirst()).isInstanceOf(Decision.Tell.class);
    Told other = cluster.range(300, key("m"), key("z"));
    other.bytes = 65 << 20;
    other.middle = key("p");
    assertThat(cluster.look())
        .anyMatch(d -> d instanceof Decision.Split split && split.strategy() == Strategy.SIZE);
  }

  @Test
  void shouldForgetAHeatThatEnds() {
    Told range = cluster.whole();
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    for (int i = 0; i < 20; i++) {
      range.rate = i % 6 == 5 ? 9_000 : 20_000;
      assertThat(cluster.look()).isEmpty();
    }
  }

  @Test
  void shouldMeasureBothPartsAnewAfterASplit() {
    Told range = cluster.whole();
    range.rate = 40_000;
    range.shape = shape("g", 0.5, "a", 0.1, 0);
    Told right = cluster.split((Decision.Split) cluster.lookFor(Duration.ofMinutes(5)).getFirst());
    range.rate = 20_000;
    right.rate = 20_000;
    range.shape = shape("c", 0.5, "a", 0.1, 0);
    right.shape = shape("p", 0.5, "p", 0.1, 0);
    long begun = cluster.now;
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).hasSize(2);
    assertThat(cluster.now - begun).isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
  }

  @Test
  void shouldGiveAHotKeyARangeOfItsOwnAndThenTellPeopleOnce() {
    Told range = cluster.whole();
    range.rate = 30_000;
    range.shape = shape("k", 0.1, "k", 0.8, 0);
    Decision.Split first = (Decision.Split) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(first.strategy()).isEqualTo(Strategy.HOT_KEY);
    assertThat(first.key()).isEqualTo(key("k"));
    range.rate = 3_000;
    Told right = cluster.split(first);
    right.rate = 27_000;
    right.shape = shape("l", 0.88, "k", 0.88, 0);
    Decision.Split second = (Decision.Split) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(second.strategy()).isEqualTo(Strategy.HOT_KEY);
    assertThat(second.key()).isEqualTo(key("k").next());
    cluster.split(second);
    right.rate = 24_000;
    right.shape = shape(null, 0, "k", 1, 0);
    Decision.Tell tell = (Decision.Tell) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(tell.finding()).isEqualTo(Finding.HOT_KEY);
    assertThat(tell.key()).isEqualTo(key("k"));
    cluster.told.add(new SplitPlanner.Told(tell.range().id(), tell.finding(), tell.key()));
    assertThat(cluster.lookFor(Duration.ofHours(1))).isEmpty();
    assertThat(cluster.ranges).hasSize(3);
  }

  @Test
  void shouldSeparateTwoHotKeys() {
    Told range = cluster.whole();
    range.rate = 30_000;
    range.shape = shape("p", 0.5, "c", 0.5, 0);
    Decision.Split split = (Decision.Split) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(split.strategy()).isEqualTo(Strategy.LOAD);
    assertThat(split.key()).isEqualTo(key("p"));
  }

  @Test
  void shouldTellPeopleOfRowsThatAreAppended() {
    Told range = cluster.whole();
    range.rate = 30_000;
    range.shape = shape("p", 0.5, "c", 0.01, 0.95);
    Decision.Tell tell = (Decision.Tell) cluster.lookFor(Duration.ofMinutes(5)).getFirst();
    assertThat(tell.finding()).isEqualTo(Finding.APPEND);
    // By its size it is still split.
    range.bytes = 65 << 20;
    range.middle = key("m");
    assertThat(cluster.look().getFirst()).isInstanceOf(Decision.Split.class);
  }

  @Test
  void shouldLeaveTheCatalogAndTheSystemRangeInOnePiece() {
    Key inCatalog = Keyspace.TABLES.start().append(new byte[] {0, 0, 0, 1});
    Told tables = cluster.range(101, Keyspace.TABLES.start(), Key.MAX);
    tables.bytes = 1 << 30;
    tables.middle = inCatalog;
    Told system = cluster.range(1, Key.MIN, Keyspace.KV.start());
    system.bytes = 1 << 30;
    system.middle = Keyspace.CLUSTER;
    assertThat(cluster.lookFor(Duration.ofMinutes(5))).isEmpty();
  }

  /** Split and merged by their own rules, ranges come to rest. */
  @Test
  void shouldComeToRest() {
    Told first = cluster.range(100, number(0), number(1 << 20));
    first.bytes = 1 << 30;
    int changes = 0;
    for (int quiet = 0; quiet < 1_000; quiet++) {
      for (Told range : cluster.ranges.values()) {
        range.middle = range.bytes > 64 << 20 ? middle(range) : null;
      }
      for (Decision decision : cluster.look()) {
        quiet = 0;
        changes++;
        Told left = cluster.ranges.get(decision.range().id().value());
        if (decision instanceof Decision.Split order) {
          cluster.split(order);
        } else {
          Told right = cluster.ranges.remove(((Decision.Merge) decision).right().id().value());
          left.end = right.end;
          left.bytes += right.bytes;
        }
      }
      assertThat(changes).isLessThan(100);
    }
    assertThat(cluster.ranges).hasSize(16);
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
