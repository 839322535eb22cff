package dev.troupe.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/**
 * Many seeds, all green. {@code -Dsim.seeds=N} and {@code -Dsim.from=N} choose others; a failure
 * prints how to replay it.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("sim.seeds", 10_000);
  private static final long FROM = Long.getLong("sim.from", 1);

  /** Below this a state may be missing by chance. */
  private static final long SEEDS_FOR_COVERAGE = 5_000;

  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Test
  void shouldViolateNothingOnAnySeed() throws InterruptedException {
    SeedSweep sweep = SeedSweep.run(FROM, SEEDS, THREADS);
    System.out.printf(
        "simulation: %d seeds, %d events, %d operations, %d undecided%n%s",
        sweep.runs(), sweep.events(), sweep.operations(), sweep.undecided(), sweep.coverage());
    SimResult failure = sweep.failure();
    assertThat(failure == null ? "" : failure.report()).isEmpty();
    assertThat(sweep.runs()).isEqualTo(SEEDS);
    assertThat(sweep.undecided()).isLessThanOrEqualTo(SEEDS / 1000);
    if (SEEDS >= SEEDS_FOR_COVERAGE) {
      assertThat(sweep.coverage().missing()).as("rare states that no seed reached").isEmpty();
    }
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    var hashes = new HashSet<Long>();
    long count = Math.max(1, SEEDS / 100);
    for (long seed = FROM; seed < FROM + count; seed++) {
      SimResult once = Simulation.run(seed);
      SimResult again = Simulation.run(seed);
      assertThat(again.traceHash()).as("seed %d", seed).isEqualTo(once.traceHash());
      assertThat(again.events()).isEqualTo(once.events());
      hashes.add(once.traceHash());
    }
    assertThat(hashes).hasSize((int) count);
  }
}
