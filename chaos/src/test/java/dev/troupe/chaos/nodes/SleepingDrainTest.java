package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.range.LocalReplica;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Ranges that have fallen silent leave a node that drains as soon as busy ones do. */
class SleepingDrainTest {
  private static final class Trial extends CalmTrial {
    Trial(long seed) {
      super(calm(3, MS), new SimRandom(seed), List.of(key("m")), null);
    }

    /** Gathers all leaders on one node, lets them fall silent, and drains it. */
    void run() {
      form();
      NodeId leaving = cluster.machines().getFirst().id();
      for (RangeDescriptor range : cluster.firstRanges()) {
        lead(range, leaving);
      }
      until("all ranges to sleep", 60 * SECOND, () -> allAsleep(leaving));
      // So long that nobody can be said to have answered lately.
      pass(10 * SECOND);
      assertThat(allAsleep(leaving)).isTrue();
      node(leaving).nodes().drain(true);
      until("the node to lead nothing", 5 * SECOND, () -> othersLead(leaving));
    }

    private boolean allAsleep(NodeId leading) {
      return cluster.firstRanges().stream().allMatch(range -> leader(leading, range).asleep());
    }

    private LocalReplica leader(NodeId node, RangeDescriptor range) {
      return Objects.requireNonNull(node(node).directory().find(range.id()));
    }

    private boolean othersLead(NodeId leaving) {
      return cluster.firstRanges().stream()
          .map(cluster::leadingNode)
          .allMatch(leading -> leading != null && !leading.machine().id().equals(leaving));
    }

    private SimulatedNode node(NodeId id) {
      return cluster.up().stream()
          .filter(node -> node.machine().id().equals(id))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void shouldLetLeadersGoThatAreAsleep() {
    for (long seed = 1; seed <= 10; seed++) {
      new Trial(seed).run();
    }
  }
}
