package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.nodes.HoldTrial.Ended;
import dev.troupe.chaos.nodes.HoldTrial.Fault;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What transactions hold outlives the leader that has kept it: nobody conflicts, nobody deadlocks.
 * More seeds with {@code -Dhold.seeds=N}, others with {@code -Dhold.from=N}.
 */
class HeldThroughFailoverTest {
  private static final int SEEDS = Integer.getInteger("hold.seeds", 12);
  private static final int FROM = Integer.getInteger("hold.from", 1);
  private static final long MS = 1_000_000;

  @ParameterizedTest
  @EnumSource(Fault.class)
  void shouldLetNobodySufferWhoseNodeLives(Fault fault) {
    var broken = new ArrayList<String>();
    int committed = 0;
    long gap = 0;
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      try {
        Ended ended = new HoldTrial(seed, fault).run();
        committed += ended.committed();
        gap = Math.max(gap, ended.gap());
      } catch (RuntimeException failure) {
        broken.add("seed " + seed + ": " + failure);
      }
    }
    System.out.printf(
        "%s: %d transactions committed, the longest time without one %d ms; %d of %d seeds"
            + " failed%n",
        fault, committed, gap / MS, broken.size(), SEEDS);
    assertThat(broken).isEmpty();
  }
}
