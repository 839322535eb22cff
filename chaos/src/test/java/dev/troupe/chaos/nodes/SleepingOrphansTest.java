package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * That a node is gone may be heard too early, or never. Whoever sleeps under a leader that has died
 * finds out as soon as somebody wants something.
 */
class SleepingOrphansTest {
  private static final class Trial extends CalmTrial {
    Trial(long seed) {
      super(calm(3, MS), new SimRandom(seed), List.of(key("m")), null);
    }

    /** Lets all ranges fall silent on one leader that dies, of which nobody is told. */
    void run() {
      form();
      Machine dying = cluster.machines().getFirst();
      for (RangeDescriptor range : cluster.firstRanges()) {
        lead(range, dying.id());
      }
      until("all ranges to sleep", 60 * SECOND, this::allSleep);
      dying.crash();
      pass(10 * SECOND);
      assertThat(allSleep()).as("nobody could notice").isTrue();
      for (SimulatedNode node : cluster.up()) {
        assertThat(read(node))
            .as("an answer through %s", node.machine().id())
            .isInstanceOf(KvResponse.Value.class);
      }
    }

    private boolean allSleep() {
      return cluster.up().stream()
          .flatMap(node -> node.directory().all().stream())
          .allMatch(replica -> replica.asleep());
    }

    /** Unlike a write, it is asked again elsewhere when the dead one does not answer. */
    private KvResponse read(SimulatedNode node) {
      var answer = new AtomicReference<KvResponse>();
      node.ask(new KvRequest.Get(key("a")), 10 * SECOND, answer::set);
      until("an answer", 15 * SECOND, () -> answer.get() != null);
      return answer.get();
    }
  }

  @Test
  void shouldElectALeaderForWhoeverAsks() {
    for (long seed = 1; seed <= 10; seed++) {
      new Trial(seed).run();
    }
  }
}
