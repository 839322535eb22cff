package dev.troupe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.metrics.HeatHistory.Warm;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.LocalRanges.Answered;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HeatHistoryTest {
  private static final long STEP_MILLIS = HeatHistory.STEP.toMillis();
  private static final long STEP_NANOS = HeatHistory.STEP.toNanos();
  private static final KeySpan SPAN = new KeySpan(Key.of("a"), Key.of("b"));

  private final HeatHistory history = new HeatHistory();

  private static Answered range(long id, long writes, long reads) {
    return new Answered(new RangeId(id), SPAN, writes, reads);
  }

  private void look(int step, Answered... replicas) {
    history.look(List.of(replicas), STEP_MILLIS * step + 3, STEP_NANOS * step);
  }

  @Test
  void shouldRememberWhatWasAskedForInEachStep() {
    look(1, range(1, 500, 500), range(2, 0, 0));
    assertThat(history.steps()).isEmpty();

    look(2, range(1, 500, 700), range(2, 0, 0), range(3, 40, 0));

    assertThat(history.steps())
        .containsExactly(
            new HeatHistory.Step(
                STEP_MILLIS * 2,
                List.of(
                    new Warm(new RangeId(1), SPAN, 0, 10), new Warm(new RangeId(3), SPAN, 2, 0))));

    look(3, range(1, 20, 0));
    assertThat(history.steps().getLast().ranges())
        .as("counts from zero again")
        .containsExactly(new Warm(new RangeId(1), SPAN, 1, 0));
  }

  @Test
  void shouldKeepTheWarmestAndAnHour() {
    look(1);
    Answered[] many =
        LongStream.rangeClosed(1, 200).mapToObj(i -> range(i, 20 * i, 0)).toArray(Answered[]::new);
    look(2, many);
    List<Warm> kept = history.steps().getLast().ranges();
    assertThat(kept).hasSize(HeatHistory.RANGES_MAX);
    assertThat(kept.getFirst().range()).isEqualTo(new RangeId(200));

    for (int step = 3; step < HeatHistory.STEPS_MAX + 20; step++) {
      look(step);
    }
    assertThat(history.steps()).hasSize(HeatHistory.STEPS_MAX);
    assertThat(Duration.ofMillis(STEP_MILLIS).multipliedBy(HeatHistory.STEPS_MAX))
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void shouldNotTakeAReplicaForNewThatWasSilentOnce() {
    look(1, range(1, 1_000, 0));
    look(2);
    look(3, range(1, 1_040, 0));

    assertThat(history.steps().getLast().ranges())
        .containsExactly(new Warm(new RangeId(1), SPAN, 1, 0));
  }

  @Test
  void shouldLeaveOutLooksThatComeAtOnce() {
    look(1, range(1, 0, 0));
    look(4, range(1, 600, 0));
    history.look(List.of(range(1, 600, 0)), STEP_MILLIS * 4 + 3, STEP_NANOS * 4 + 1_000);

    assertThat(history.steps())
        .containsExactly(
            new HeatHistory.Step(STEP_MILLIS * 4, List.of(new Warm(new RangeId(1), SPAN, 10, 0))));
  }
}
