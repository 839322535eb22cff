package dev.troupe.gc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.range.TestRanges;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionSweeperTest {
  private static final int PER_SECOND = 10_000;
  private static final int KEYS = 1_000;
  private static final int VERSIONS = 3;
  private static final CollectionSettings SETTINGS =
      new CollectionSettings(
          Duration.ofHours(1), Map.of(), Duration.ofMinutes(1), PER_SECOND, 8 << 20);
  private static final KeySpan FIRST = new KeySpan(Key.of("a"), Key.of("m"));
  private static final KeySpan SECOND = new KeySpan(Key.of("m"), Key.of("z"));

  private final TestRanges world = new TestRanges();
  private final CollectionCounts counts = new CollectionCounts();
  private final VersionSweeper sweeper =
      new VersionSweeper(world.store(), world.directory(), world, counts, SETTINGS);

  @BeforeEach
  void begin() {
    world.add(1, FIRST);
    world.add(2, SECOND);
    for (int version = 0; version < VERSIONS; version++) {
      for (int key = 0; key < KEYS; key++) {
        world.write(new KvRequest.Put(key("b", key), new byte[0]));
        world.write(new KvRequest.Put(key("n", key), new byte[0]));
      }
    }
  }

  private static Key key(String prefix, int number) {
    return Key.of("%s%04d".formatted(prefix, number));
  }

  private void raise(KeySpan span) {
    Timestamp now = world.now();
    world.write(new KvRequest.RaiseHorizon(span.start(), new byte[0], now, now, 1));
  }

  private int versions(String prefix) {
    int versions = 0;
    for (int key = 0; key < KEYS; key++) {
      versions += world.versions(key(prefix, key));
    }
    return versions;
  }

  /** Returns the pauses' sum in nanoseconds. */
  private long sweep() {
    long paused = 0;
    for (long pause = sweeper.slice(); pause >= 0; pause = sweeper.slice()) {
      paused += pause;
    }
    return paused;
  }

  @Test
  void shouldRemoveNothingBeforeAHorizonIsRaised() {
    assertThat(sweeper.slice()).isEqualTo(-1);
    assertThat(versions("b")).isEqualTo(KEYS * VERSIONS);
  }

  @Test
  void shouldRemoveOldVersionsOfTheRaisedRangeAtItsRate() {
    raise(FIRST);

    long paused = sweep();

    assertThat(versions("b")).isEqualTo(KEYS);
    assertThat(versions("n")).isEqualTo(KEYS * VERSIONS);
    assertThat(paused).isEqualTo(KEYS * VERSIONS * 1_000_000_000L / PER_SECOND);
    assertThat(counts.versionsSeen()).isEqualTo(KEYS * VERSIONS);
    assertThat(counts.versionsRemoved()).isEqualTo(KEYS * (VERSIONS - 1));
  }

  @Test
  void shouldDoALittleAtATimeAndGoOnThere() {
    raise(FIRST);

    sweeper.slice();
    int afterOne = versions("b");
    sweeper.slice();
    int afterTwo = versions("b");

    assertThat(afterOne).isBetween(KEYS * VERSIONS - VersionSweeper.SLICE_VERSIONS, 2_400);
    assertThat(afterTwo).isLessThan(afterOne);
    assertThat(sweeper.slice()).isNotNegative();
  }

  @Test
  void shouldSweepAgainAfterAnotherRaise() {
    raise(FIRST);
    sweep();
    world.write(new KvRequest.Delete(key("b", 7)));
    assertThat(sweeper.slice()).isEqualTo(-1);

    raise(FIRST);
    sweep();

    assertThat(world.versions(key("b", 7))).isZero();
  }

  @Test
  void shouldLeaveAReplicaThatIsGoneAndTakeTheNext() {
    raise(FIRST);
    raise(SECOND);
    sweeper.slice();
    boolean firstBegan = versions("b") < KEYS * VERSIONS;
    int before = versions(firstBegan ? "b" : "n");

    world.remove(firstBegan ? 1 : 2);
    sweep();

    assertThat(versions(firstBegan ? "b" : "n")).isEqualTo(before);
    assertThat(versions(firstBegan ? "n" : "b")).isEqualTo(KEYS);
  }
}
