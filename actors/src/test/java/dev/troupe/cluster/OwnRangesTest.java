package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.LocalRanges.Answered;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.TestRanges;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OwnRangesTest {
  private static final KeySpan LEFT = new KeySpan(Key.of("a"), Key.of("m"));
  private static final KeySpan RIGHT = new KeySpan(Key.of("m"), Key.of("z"));

  private final TestRanges ranges = new TestRanges();
  private final OwnRanges own = new OwnRanges(ranges.directory());

  @Test
  void shouldReadOffWhatReplicasHaveAnsweredAndLead() {
    ranges.add(7, LEFT);
    ranges.add(8, RIGHT);
    LocalReplica right = Objects.requireNonNull(ranges.directory().find(new RangeId(8)));
    right.writes().add(3);
    right.reads().add(5);

    assertThat(own.answered())
        .containsExactlyInAnyOrder(
            new Answered(new RangeId(7), LEFT, 0, 0), new Answered(new RangeId(8), RIGHT, 3, 5));
    assertThat(own.leads(Key.of("m"))).isTrue();
    assertThat(own.leads(Key.of("z"))).isFalse();

    ranges.remove(8);
    assertThat(own.leads(Key.of("m"))).isFalse();
  }
}
