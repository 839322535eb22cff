package dev.troupe.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkWindowTest {
  private static final long FULL = LinkWindow.WINDOW_BYTES_MAX;

  private long now;
  private final LinkWindow window = new LinkWindow(() -> now, 7);

  private void fill() {
    assertThat(window.admit(FULL)).isTrue();
    window.release(FULL);
    window.sent((int) FULL);
    assertThat(window.admit(1)).isFalse();
  }

  @Test
  void shouldAdmitAgainWhatIsAcknowledged() {
    fill();
    window.acknowledged(7, 100);

    assertThat(window.admit(100)).isTrue();
    assertThat(window.admit(1)).isFalse();
  }

  @Test
  void shouldAlwaysAdmitOntoAnEmptyWindow() {
    assertThat(window.admit(FULL + 1)).isTrue();
    assertThat(window.admit(1)).isFalse();
  }

  @Test
  void shouldIgnoreAcknowledgementsOfOtherEpochsAndOfBytesNeverSent() {
    fill();
    window.acknowledged(6, 100);
    window.acknowledged(8, 100);
    window.acknowledged(7, FULL + 1);

    assertThat(window.admit(1)).isFalse();
    assertThat(window.outstandingBytes()).isEqualTo(FULL);
  }

  @Test
  void shouldCountBytesAsLostOnlyAfterAStall() {
    fill();
    assertThat(window.stallElapsed()).isFalse();
    now += LinkWindow.STALL_NANOS_MAX - 1;
    assertThat(window.stallElapsed()).isFalse();
    window.acknowledged(7, 1);
    now += 2;
    assertThat(window.stallElapsed()).isFalse();
    assertThat(window.reset(9)).isTrue();
  }

  @Test
  void shouldStayClosedAfterAResetUntilThePeerAnswers() {
    fill();
    window.stallElapsed();
    now += LinkWindow.STALL_NANOS_MAX;
    assertThat(window.stallElapsed()).isTrue();
    assertThat(window.stallElapsed()).isFalse();

    assertThat(window.reset(9)).isTrue();

    assertThat(window.outstandingBytes()).isZero();
    assertThat(window.epoch()).isEqualTo(9);
    assertThat(window.admit(1)).isFalse();
    window.acknowledged(7, FULL);
    assertThat(window.admit(1)).isFalse();
    window.acknowledged(9, 0);
    assertThat(window.admit(1)).isTrue();
  }

  @Test
  void shouldNotResetWhenAnAcknowledgementCameInTheMeantime() {
    fill();
    window.stallElapsed();
    window.acknowledged(7, 1);

    assertThat(window.reset(9)).isFalse();
    assertThat(window.epoch()).isEqualTo(7);
  }
}
