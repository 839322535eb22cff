package dev.troupe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OracleClockTest {
  private static final long START = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;

  private long wall = START;
  private long monotonic;
  private final List<OracleClock.Jump> jumps = new ArrayList<>();
  private final OracleClock clock = new OracleClock(() -> wall, () -> monotonic, jumps::add);

  private void pass(long millis) {
    wall += millis;
    monotonic += millis * 1_000_000;
  }

  @Test
  void shouldFollowAClockThatGoesOn() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(clock.millis()).isEqualTo(wall);
      pass(i);
    }
    assertThat(jumps).isEmpty();
  }

  @Test
  void shouldReportAJumpAndFollowIt() {
    clock.millis();
    pass(10);
    wall += 501;
    assertThat(clock.millis()).isEqualTo(wall);
    assertThat(jumps).containsExactly(new OracleClock.Jump(501, true, 0));
  }

  @Test
  void shouldPassOverWhatMayBeSlewing() {
    clock.millis();
    pass(10_000);
    wall += 505;
    assertThat(clock.millis()).isEqualTo(wall);
    assertThat(jumps).isEmpty();
  }

  @Test
  void shouldNotFollowAJumpIntoTheFarFuture() {
    clock.millis();
    wall += HOUR + 1;
    pass(20);
    assertThat(clock.millis()).isEqualTo(START + 20);
    pass(30);
    assertThat(clock.millis()).isEqualTo(START + 50);
    assertThat(jumps).containsExactly(new OracleClock.Jump(HOUR + 1, false, 0));

    wall -= HOUR + 1;
    assertThat(clock.millis()).isEqualTo(START + 50);
  }

  @Test
  void shouldNotTakeTheEndOfALapseForAJumpAhead() {
    clock.millis();
    wall -= 2 * HOUR;
    pass(5);
    assertThat(clock.millis()).isEqualTo(wall);
    wall += 2 * HOUR;
    pass(5);
    assertThat(clock.millis()).isEqualTo(START + 10);
  }

  @Test
  void shouldReportSeldom() {
    clock.millis();
    for (int i = 0; i < 5; i++) {
      wall += 1_000;
      clock.millis();
    }
    assertThat(jumps).hasSize(1);
    pass(10_000);
    clock.millis();
    wall += 1_000;
    clock.millis();
    assertThat(jumps).last().isEqualTo(new OracleClock.Jump(1_000, true, 4));
  }

  @Test
  void shouldMeasureAClockThatWasNeverReadByWhatOthersHaveGivenOut() {
    wall = START + 365 * 24 * HOUR;
    clock.observed(START);
    pass(100);
    assertThat(clock.millis()).isEqualTo(START + 100);
  }
}
