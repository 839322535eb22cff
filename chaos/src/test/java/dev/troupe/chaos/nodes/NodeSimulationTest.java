package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/**
 * Many seeds, all green. {@code -Dnodes.seeds=N} and {@code -Dnodes.from=N} choose others; a
 * failure prints how to replay it.
 */
class NodeSimulationTest {
  private static final long FROM = Long.getLong("nodes.from", 1);

  @Test
  void shouldDoTheSameForTheSameSeed() {
    var hashes = new HashSet<Long>();
    for (long seed = FROM; seed < FROM + 5; seed++) {
      NodeResult once = NodeSimulation.run(seed);
      NodeResult again = NodeSimulation.run(seed);
      System.out.println(
          seed
              + " "
              + Long.toHexString(once.traceHash())
              + " "
              + once.events()
              + " events, "
              + once.operations()
              + " "
              + once.report());
      assertThat(again.traceHash()).as("seed %d", seed).isEqualTo(once.traceHash());
      assertThat(again.events()).isEqualTo(once.events());
      hashes.add(once.traceHash());
    }
    assertThat(hashes).hasSize(5);
  }
}
