package dev.troupe.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final InFlight inFlight = new InFlight();

  @Test
  void shouldGiveEachAnswerToItsOwnListener() {
    Outcome.Listener[] listeners = new Outcome.Listener[300];
    long[] ids = new long[300];
    for (int i = 0; i < ids.length; i++) {
      int mine = i;
      listeners[i] = outcome -> assertThat(mine).isNotNegative();
      ids[i] = inFlight.add(listeners[i], i);
    }
    for (int i = ids.length - 1; i >= 0; i--) {
      assertThat(inFlight.remove(ids[i])).isSameAs(listeners[i]);
    }
    assertThat(inFlight.size()).isZero();
  }

  @Test
  void shouldNotMistakeALateAnswerForThatOfALaterCall() {
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      long id = inFlight.add(outcome -> {}, 0);
      assertThat(ids.add(id)).isTrue();
      assertThat(inFlight.removeExpired(1)).isNotNull();
      inFlight.add(outcome -> {}, 0);
      assertThat(inFlight.remove(id)).isNull();
      assertThat(inFlight.removeAny()).isNotNull();
    }
  }

  @Test
  void shouldIgnoreIdsThatWereNeverGivenOut() {
    assertThat(inFlight.remove(-1)).isNull();
    assertThat(inFlight.remove(5)).isNull();
    assertThat(inFlight.remove(Long.MAX_VALUE)).isNull();
  }

  @Test
  void shouldTakeOutOnlyWhatHasExpired() {
    Outcome.Listener late = outcome -> {};
    inFlight.add(outcome -> {}, 100);
    inFlight.add(late, 50);

    assertThat(inFlight.removeExpired(49)).isNull();
    assertThat(inFlight.removeExpired(50)).isSameAs(late);
    assertThat(inFlight.removeExpired(50)).isNull();
    assertThat(inFlight.size()).isEqualTo(1);
  }
}
