package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Many seeds, all green. {@code -Dnodes.seeds=N} and {@code -Dnodes.from=N} choose others; a
 * failure prints how to replay it.
 */
class NodeSimulationTest {
  private static final long SEEDS = Long.getLong("nodes.seeds", 400);
  private static final long FROM = Long.getLong("nodes.from", 1);
  private static final long REPEATED = 10;

  /** Below this a state may be missing by chance. */
  private static final long SEEDS_FOR_COVERAGE = 400;

  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Test
  void shouldViolateNothingOnAnySeed() throws InterruptedException {
    NodeSweep sweep = NodeSweep.run(FROM, SEEDS, THREADS);
    System.out.printf(
        "whole nodes: %d seeds, %d events, %d operations, %d undecided%n%s",
        sweep.runs(), sweep.events(), sweep.operations(), sweep.undecided(), sweep.coverage());
    NodeResult failure = sweep.failure();
    assertThat(failure == null ? "" : failure.report()).isEmpty();
    assertThat(sweep.runs()).isEqualTo(SEEDS);
    assertThat(sweep.undecided()).isLessThanOrEqualTo(SEEDS / 100);
    if (SEEDS >= SEEDS_FOR_COVERAGE) {
      assertThat(sweep.coverage().missing()).as("rare states that no seed reached").isEmpty();
    }
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    var hashes = new HashSet<Long>();
    for (long seed = FROM; seed < FROM + REPEATED; seed++) {
      NodeResult once = NodeSimulation.run(seed);
      NodeResult again = NodeSimulation.run(seed);
      assertThat(again.traceHash()).as("seed %d", seed).isEqualTo(once.traceHash());
      assertThat(again.events()).isEqualTo(once.events());
      hashes.add(once.traceHash());
    }
    assertThat(hashes).hasSize((int) REPEATED);
  }

  @Test
  void shouldNeedNoThreadBesidesItsOwn() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    NodeSimulation.run(FROM);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .as("threads that an actor system has started")
        .noneMatch(thread -> thread.getName().contains("simulated"));
  }

  @Test
  void shouldFindDisksThatReportWritesTooEarly() {
    NodeResult found = null;
    for (long seed = 1; seed <= 200 && found == null; seed++) {
      NodeResult result = NodeSimulation.runWithLyingDisks(seed);
      found = result.failed() ? result : null;
    }
    assertThat(found).as("a seed that loses what was acknowledged").isNotNull();
    System.out.printf("lying disks: seed %d %s%n", found.seed(), found.failure());
    assertThat(found.report()).contains("sim --nodes --seed " + found.seed());
  }
}
