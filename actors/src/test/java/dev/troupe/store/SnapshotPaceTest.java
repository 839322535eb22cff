package dev.troupe.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotPaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void shouldSendNoFasterThanItMay() {
    var pace = new SnapshotPace(1_000_000, 0);
    long now = 0;
    long sent = 0;
    while (now < 10 * SECOND) {
      long wait = pace.take(1_000, now);
      sent += wait == 0 ? 1_000 : 0;
      now += wait;
    }

    assertThat(sent).isBetween(9_900_000L, 10_002_000L);
  }

  @Test
  void shouldNotSaveUpForLong() {
    var pace = new SnapshotPace(1_000_000, 0);
    long now = 3_600 * SECOND;
    long burst = 0;
    while (pace.take(1_000, now) == 0) {
      burst += 1_000;
    }

    assertThat(burst).isBetween(100_000L, 102_000L);
  }

  @Test
  void shouldNotLimitWhatHasNoLimit() {
    var pace = new SnapshotPace(0, 0);

    for (int i = 0; i < 1_000; i++) {
      assertThat(pace.take(1 << 20, 0)).isZero();
    }
  }
}
