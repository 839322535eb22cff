package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeUpkeepTest {
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  @Test
  void shouldLookWhenAllOthersDo() {
    for (long now = 1_000 * MINUTE; now <= 1_001 * MINUTE; now += 250) {
      long wait = NodeUpkeep.slowLook(now).toMillis();

      assertThat((now + wait) % MINUTE).isZero();
      assertThat(wait).isBetween(MINUTE / 2, MINUTE + MINUTE / 2);
    }
  }
}
