package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProposalPaceTest {
  private final ProposalPace pace = new ProposalPace();

  @Test
  void shouldLetALoneWriteThroughAndHoldAThirdRound() {
    assertThat(pace.holds(0)).isFalse();
    assertThat(pace.holds(1)).isFalse();
    assertThat(pace.holds(2)).isTrue();
  }

  @Test
  void shouldLetOneMoreBeginEachFewMillisecondsOfLongRounds() {
    for (int i = 0; i < 60; i++) {
      pace.committed(80_000_000);
    }
    assertThat(pace.holds(10)).as("nobody waits for a round to end").isFalse();
    assertThat(pace.holds(16)).as("as many entries as writes").isTrue();
    for (int i = 0; i < 40; i++) {
      pace.committed(2_000_000);
    }
    assertThat(pace.holds(2)).isTrue();
  }

  @Test
  void shouldNotTakeOneSlowRoundForARule() {
    pace.committed(60_000_000);
    assertThat(pace.holds(2)).isTrue();
  }
}
