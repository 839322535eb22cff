package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockOffsetsTest {
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);

  private long now = 1_000_000;
  private final ClockOffsets offsets = new ClockOffsets(() -> now);

  /** A message of a node whose clock differs by so much, which was so long on its way. */
  private void hear(NodeId node, long offset, long delay) {
    now += 5_000;
    offsets.heard(node, now - delay + offset);
  }

  @Test
  void shouldNotTakeDelaysForOffsets() {
    hear(N2, 20, 900);
    hear(N2, 20, 3);
    hear(N2, 20, 2_000);

    assertThat(offsets.worst(List.of(N2))).isEqualTo(17);
  }

  @Test
  void shouldTellTheWorstEitherWay() {
    for (int i = 0; i < 4; i++) {
      hear(N2, 30, 0);
      hear(N3, -800, 0);
    }

    assertThat(offsets.worst(List.of(N2, N3))).isEqualTo(800);
    assertThat(offsets.worst(List.of(N2))).as("who is gone does not count").isEqualTo(30);
  }

  @Test
  void shouldForgetOldSamples() {
    hear(N2, 700, 0);
    for (int i = 0; i < 4; i++) {
      hear(N2, 5, 0);
    }

    assertThat(offsets.worst(List.of(N2))).isEqualTo(5);
  }
}
