package dev.troupe.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.range.FixedPlacement;
import org.junit.jupiter.api.Test;

class TickReachTest {
  private final TickReach reach = new TickReach();
  private final FixedPlacement placement = new FixedPlacement();
  private int awake;
  private int asleep;
  private int atRest;

  private void tick(int times, boolean slow) {
    awake = 0;
    asleep = 0;
    atRest = 0;
    for (int i = 0; i < times; i++) {
      reach.next(slow, placement);
      awake += reach.reaches(false, false) ? 1 : 0;
      asleep += reach.reaches(true, false) ? 1 : 0;
      atRest += reach.reaches(true, true) ? 1 : 0;
    }
  }

  private void settle() {
    tick(TickReach.TICKS_BETWEEN_LOOKS * TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL, false);
  }

  @Test
  void shouldLeaveThoseAloneThatNobodyWaitsFor() {
    settle();

    tick(TickReach.TICKS_BETWEEN_LOOKS * TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL, false);
    assertThat(awake)
        .isEqualTo(TickReach.TICKS_BETWEEN_LOOKS * TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL);
    assertThat(asleep).isEqualTo(TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL);
    assertThat(atRest).isEqualTo(1);

    tick(TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL, true);
    assertThat(asleep)
        .as("when all sleep ticks are looks")
        .isEqualTo(TickReach.LOOKS_BETWEEN_LOOKS_AT_ALL);
    assertThat(atRest).isEqualTo(1);
  }

  @Test
  void shouldTellAllWhenNodesHaveComeOrGoneOrThisOneIsToBeDrained() {
    settle();

    placement.changes++;
    tick(5, true);
    assertThat(atRest).isEqualTo(TickReach.LOOKS_PER_CHANGE);
    tick(5, true);
    assertThat(atRest).isZero();
    placement.changes += 2;
    tick(3 * TickReach.TICKS_BETWEEN_LOOKS, false);
    assertThat(atRest)
        .as("a node has gone and come again between two looks")
        .isEqualTo(TickReach.LOOKS_PER_CHANGE);
  }
}
