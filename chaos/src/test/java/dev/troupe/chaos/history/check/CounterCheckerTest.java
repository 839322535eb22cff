package dev.troupe.chaos.history.check;

import static dev.troupe.chaos.history.check.Script.increment;
import static dev.troupe.chaos.history.check.Script.nothing;
import static dev.troupe.chaos.history.check.Script.read;
import static dev.troupe.chaos.history.check.Script.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.check.CheckResult.Verdict;
import org.junit.jupiter.api.Test;

class CounterCheckerTest {
  private static void assertFound(Script script, String... names) {
    assertThat(new CounterChecker().check(script.history()).counts().keySet())
        .containsExactlyInAnyOrder(names);
  }

  @Test
  void shouldAcceptAllThatMayHaveBeen() {
    Script script =
        new Script()
            .ok(1, 2, nothing("x"))
            .ok(3, 4, increment("x", 1))
            .failed(3, 4, increment("x", 1))
            .unknown(5, increment("x", 1))
            .ok(6, 20, increment("x", 1));
    assertFound(script.ok(7, 8, read("x", 1)).ok(9, 10, read("x", 2)).ok(11, 12, read("x", 3)));
  }

  @Test
  void shouldFindAMissingIncrement() {
    assertFound(
        new Script().ok(1, 2, increment("x", 1)).ok(3, 4, increment("x", 1)).ok(5, 6, read("x", 1)),
        "counter-too-low");
    assertFound(new Script().ok(1, 5, increment("x", 1)).ok(5, 6, nothing("x")));
  }

  @Test
  void shouldFindOneAppliedTwice() {
    assertFound(
        new Script().ok(1, 2, increment("x", 1)).ok(3, 4, read("x", 2)), "counter-too-high");
    assertFound(
        new Script().ok(3, 4, read("x", 1)).ok(5, 6, increment("x", 1)), "counter-too-high");
    assertFound(
        new Script().failed(1, 2, increment("x", 1)).ok(3, 4, read("x", 1)), "counter-too-high");
  }

  @Test
  void shouldFindACounterThatGoesBack() {
    assertFound(
        new Script().ok(1, 20, increment("x", 1)).ok(2, 3, read("x", 1)).ok(4, 5, nothing("x")),
        "counter-went-back");
    assertFound(
        new Script().ok(1, 20, increment("x", 1)).ok(2, 4, read("x", 1)).ok(4, 5, nothing("x")));
  }

  @Test
  void shouldRefuseOtherWorkloads() {
    assertThatThrownBy(() -> assertFound(new Script().ok(1, 2, write("x", 1))))
        .isInstanceOf(UnfitHistoryException.class);
    assertThatThrownBy(() -> assertFound(new Script().ok(1, 2, increment("x", -1))))
        .isInstanceOf(UnfitHistoryException.class);
  }

  @Test
  void shouldAcceptCorrectRuns() {
    for (long seed = 1; seed <= 300; seed++) {
      History history =
          Workloads.history(
              RandomRun.of(
                  seed, Workloads.counter(2), new SimulatedStore(), 1 + (int) (seed % 12), 300));
      assertThat(new CounterChecker().check(history).verdict())
          .as("seed %d", seed)
          .isEqualTo(Verdict.VALID);
    }
  }
}
