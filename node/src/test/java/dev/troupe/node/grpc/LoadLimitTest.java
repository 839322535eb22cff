package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The limit before a server on virtual time that works on one request at a time. */
class LoadLimitTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long TARGET = 100 * MILLI;
  private static final int MOST = 32_768;

  private final SplittableRandom random = new SplittableRandom(7);
  private final LoadLimit limit = new LoadLimit(MOST, TARGET, 0);
  private final Queue<Long> waiting = new ArrayDeque<>();
  private long now;
  private long served;
  private long refused;
  private long slowest;

  /**
   * @param arriving requests per second, at random distances
   * @param perSecond how many the server can do
   */
  private void run(long nanos, int arriving, int perSecond) {
    served = 0;
    refused = 0;
    slowest = 0;
    long end = now + nanos;
    long nextArrival = now + distance(arriving);
    long busyUntil = now;
    while (now < end) {
      if (waiting.isEmpty() || nextArrival <= busyUntil) {
        now = nextArrival;
        nextArrival += distance(arriving);
        if (limit.admits(waiting.size() + 1, now)) {
          if (waiting.isEmpty()) {
            busyUntil = Math.max(busyUntil, now) + SECOND / perSecond;
          }
          waiting.add(now);
        } else {
          refused++;
        }
      } else {
        now = busyUntil;
        long came = waiting.remove();
        limit.finished(now - came, true, waiting.size() + 1, now);
        served++;
        slowest = Math.max(slowest, now - came);
        busyUntil = now + SECOND / perSecond;
      }
    }
  }

  private long distance(int perSecond) {
    return random.nextLong(2 * SECOND / perSecond);
  }

  @Test
  void shouldLetEverythingInWhileTheServerKeepsUp() {
    run(10 * SECOND, 800, 1_000);

    assertThat(refused).isZero();
    assertThat(limit.current()).isEqualTo(LoadLimit.START);
  }

  @Test
  void shouldKeepTheServerBusyAndTheWaitingShortAtTenTimesTheLoad() {
    run(SECOND, 1_000, 2_000);
    run(10 * SECOND, 20_000, 2_000);
    assertThat(slowest).as("in ms, of those at the beginning").isLessThan(SECOND);
    run(10 * SECOND, 20_000, 2_000);

    assertThat(served).isGreaterThan(19_000);
    assertThat(refused).isGreaterThan(170_000);
    assertThat(slowest).as("in ms").isLessThan(3 * TARGET);
  }

  @Test
  void shouldLetEverythingInAgainSoonAfterwards() {
    run(10 * SECOND, 20_000, 2_000);
    run(SECOND, 1_000, 2_000);
    run(10 * SECOND, 1_000, 2_000);

    assertThat(refused).isZero();
    assertThat(slowest).isLessThan(TARGET);
  }

  @Test
  void shouldHaveRoomForWhatGathersDuringAPauseSoonAfterwards() {
    run(10 * SECOND, 20_000, 2_000);
    assertThat(limit.current()).isLessThan(LoadLimit.START / 2);
    run(5 * SECOND, 500, 2_000);

    assertThat(limit.current()).isEqualTo(LoadLimit.START);
    run(10 * SECOND, 500, 2_000);
    assertThat(limit.current()).isEqualTo(LoadLimit.START);
  }

  @Test
  void shouldNotTakeAPauseOfTheMachineForLoad() {
    for (int pause = 0; pause < 50; pause++) {
      run(SECOND, 800, 1_000);
      assertThat(refused).isZero();
      // Everything that comes meanwhile waits, and is then done quickly.
      for (int i = 0; i < 200; i++) {
        limit.finished(2 * TARGET, true, 200, now + 2 * TARGET);
      }
      now += 2 * TARGET;
    }
    assertThat(limit.current()).isEqualTo(LoadLimit.START);
  }

  @Test
  void shouldFollowAServerThatBecomesSlowerAndFasterAgain() {
    run(10 * SECOND, 20_000, 10_000);
    int before = limit.current();
    run(20 * SECOND, 20_000, 1_000);
    assertThat(limit.current()).isLessThan(before);
    run(10 * SECOND, 20_000, 10_000);
    run(10 * SECOND, 20_000, 10_000);
    assertThat(served).isGreaterThan(95_000);
  }

  /** What comes in while a disk compacts waits for those who came before, too. */
  @Test
  void shouldFollowAServerThatBecomesMuchSlowerInAFewWindows() {
    run(10 * SECOND, 20_000, 10_000);
    int before = limit.current();
    run(600 * MILLI, 20_000, 1_000);

    assertThat(limit.current()).isLessThan(before / 6);
  }

  /** All who are inside wait for a lock that somebody holds; the server has nothing to do. */
  @Test
  void shouldNotTakeWaitingForEachOtherForLoad() {
    run(10 * SECOND, 20_000, 2_000);
    int stuck = limit.current();
    long quick = 0;
    long refusedQuick = 0;
    for (int i = 0; i < 10_000; i++) {
      now += MILLI;
      if (limit.admits(stuck + 1, now)) {
        limit.finished(MILLI, true, stuck + 1, now);
        quick++;
      } else {
        refusedQuick++;
      }
    }
    assertThat(limit.current()).isGreaterThan(stuck);
    assertThat(quick).isGreaterThan(9_000);
    assertThat(refusedQuick).isLessThan(1_000);
  }

  /** Reads within transactions are quick while their commits wait. */
  @Test
  void shouldNotBeDeceivedByWhatTellsNothing() {
    for (int i = 0; i < 10_000; i++) {
      now += MILLI;
      limit.finished(MILLI, false, 500, now);
      if (i % 10 == 0) {
        limit.finished(10 * TARGET, true, 500, now);
      }
    }
    assertThat(limit.current()).isLessThan(400);
  }

  @Test
  void shouldLetMoreInWhenNothingTellsOfWaiting() {
    for (int i = 0; i < 10_000; i++) {
      now += MILLI;
      limit.admits(limit.current() + 1, now);
      limit.finished(10 * TARGET, false, limit.current(), now);
    }
    assertThat(limit.current()).isGreaterThan(2 * LoadLimit.START);
  }

  @Test
  void shouldTellBeforeWhatItWouldRefuseAndTakeNoPlaceForIt() {
    int more = limit.current() + 1;
    for (int i = 0; i < 100; i++) {
      assertThat(limit.refuses(more, now)).isFalse();
    }
    for (int i = 0; i < LoadLimit.BEYOND_PER_WINDOW; i++) {
      assertThat(limit.admits(more, now)).isTrue();
    }
    assertThat(limit.refuses(more, now)).isTrue();
    assertThat(limit.admits(more, now)).isFalse();
    now += LoadLimit.WINDOW_NANOS;
    assertThat(limit.refuses(more, now)).isFalse();
    assertThat(limit.admits(more, now)).isTrue();
  }

  /** As many as there are go on side by side; each takes longer than the target by itself. */
  @Test
  void shouldNotLimitWhatTakesLongByItself() {
    long takes = 3 * TARGET / 2;
    Queue<Long> inside = new ArrayDeque<>();
    for (int i = 0; i < 20 * 5_000; i++) {
      now += SECOND / 5_000;
      while (!inside.isEmpty() && inside.element() + takes <= now) {
        long came = inside.remove();
        limit.finished(now - came, true, inside.size() + 1, now);
        served += i >= 10 * 5_000 ? 1 : 0;
      }
      if (limit.admits(inside.size() + 1, now)) {
        inside.add(now);
      }
    }
    assertThat(served).as("of 50 000 in the last ten seconds").isGreaterThan(45_000);
  }

  @Test
  void shouldKeepWaitingInBoundsWhenNothingIsQuick() {
    int slow = LoadLimit.FLOOR * 5;
    run(20 * SECOND, 2_000, slow);
    run(20 * SECOND, 2_000, slow);

    assertThat(served).isGreaterThan(slow * 19L);
    assertThat(slowest).as("in ms").isLessThan(LoadLimit.TARGET_TIMES_MAX * TARGET * 3 / 2);
    run(20 * SECOND, 20_000, 10_000);
    run(20 * SECOND, 20_000, 2_000);
    assertThat(slowest).as("in ns, when it is quick again").isLessThan(SECOND);
  }

  @Test
  void shouldNeverLetInMoreThanTheMost() {
    assertThat(limit.admits(MOST, now)).isTrue();
    assertThat(limit.admits(MOST + 1, now)).isFalse();
    LoadLimit small = new LoadLimit(8, TARGET, 0);
    for (int i = 0; i < 1_000; i++) {
      now += LoadLimit.WINDOW_NANOS / 10;
      small.finished(10 * TARGET, true, 8, now);
    }
    assertThat(small.current()).as("a limit below the floor stays what it is").isEqualTo(8);
  }
}
