package dev.troupe.chaos.history.check;

import static dev.troupe.chaos.history.check.Script.append;
import static dev.troupe.chaos.history.check.Script.nothing;
import static dev.troupe.chaos.history.check.Script.read;
import static dev.troupe.chaos.history.check.Script.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RwRegisterCheckerTest {
  private static CheckResult check(Script script) {
    return new RwRegisterChecker().check(script.history());
  }

  private static void assertValid(Script script) {
    assertThat(check(script).anomalies()).isEmpty();
  }

  private static void assertFound(String alias, Script script, String... names) {
    CheckResult result = check(script);
    assertThat(result.counts().keySet()).containsExactlyInAnyOrder(names);
    assertThat(result.anomalies().toString()).contains(alias);
  }

  @Test
  void shouldAcceptSequentialTransactions() {
    assertValid(
        new Script()
            .ok(1, 2, nothing("x"), write("x", 1), read("x", 1), write("x", 2))
            .ok(3, 4, read("x", 2), read("x", 2), write("y", 1))
            .failed(5, 6, write("x", 3))
            .unknown(5, write("x", 4), write("y", 4))
            .ok(7, 8, read("x", 4), read("y", 4)));
  }

  @Test
  void shouldAcceptEitherOrderOfBlindWrites() {
    assertValid(
        new Script()
            .ok(1, 10, write("x", 1), write("y", 1))
            .ok(1, 10, write("x", 2))
            .ok(1, 10, read("x", 2), read("y", 1))
            .ok(1, 10, nothing("x"), nothing("y"))
            .ok(1, 10, write("y", 3), read("x", 1)));
  }

  @Test
  void shouldFindReadsThatAreWrongInThemselves() {
    assertFound("nobody wrote", new Script().ok(1, 2, read("x", 9)), "garbage-read");
    assertFound(
        "aborted read", new Script().failed(1, 2, write("x", 1)).ok(3, 4, read("x", 1)), "G1a");
    assertFound(
        "intermediate read",
        new Script().ok(1, 9, write("x", 1), write("x", 2)).ok(1, 9, read("x", 1)),
        "G1b");
    assertFound("before", new Script().ok(1, 2, write("x", 1), read("x", 2)), "internal");
    assertFound("before", new Script().ok(1, 2, write("x", 1), nothing("x")), "internal");
    assertFound("before it was", new Script().ok(1, 2, read("x", 1), write("x", 1)), "internal");
    assertFound(
        "before",
        new Script().ok(1, 9, write("x", 1)).ok(1, 9, nothing("x"), read("x", 1)),
        "internal");
  }

  @Test
  void shouldFindLostUpdate() {
    assertFound(
        "lost update",
        new Script()
            .ok(1, 10, write("x", 1))
            .ok(1, 10, read("x", 1), write("x", 2))
            .ok(1, 10, read("x", 1), write("x", 3)),
        "lost-update",
        "G2-item");
    assertFound(
        "lost update",
        new Script().ok(1, 10, nothing("x"), write("x", 2)).ok(1, 10, nothing("x"), write("x", 3)),
        "lost-update",
        "G2-item");
    assertValid(
        new Script().ok(1, 10, nothing("x"), write("x", 2)).ok(1, 10, read("x", 2), write("x", 3)));
  }

  @Test
  void shouldFindWriteSkew() {
    assertFound(
        "write skew",
        new Script()
            .ok(1, 10, nothing("x"), nothing("y"), write("x", 1))
            .ok(1, 10, nothing("x"), nothing("y"), write("y", 1)),
        "G2-item");
    assertFound(
        "write skew",
        new Script()
            .ok(1, 2, write("x", 1), write("y", 2))
            .ok(3, 10, read("x", 1), read("y", 2), write("x", 3))
            .ok(3, 10, read("x", 1), read("y", 2), write("y", 4)),
        "G2-item");
  }

  @Test
  void shouldFindLongFork() {
    assertFound(
        "long fork",
        new Script()
            .ok(1, 10, write("x", 1))
            .ok(1, 10, write("y", 1))
            .ok(1, 10, read("x", 1), nothing("y"))
            .ok(1, 10, nothing("x"), read("y", 1)),
        "G2-item");
    assertValid(
        new Script()
            .ok(1, 10, write("x", 1))
            .ok(1, 10, write("y", 1))
            .ok(1, 10, read("x", 1), nothing("y"))
            .ok(1, 10, nothing("x"), nothing("y"))
            .ok(1, 10, read("x", 1), read("y", 1)));
  }

  @Test
  void shouldFindLongForkOverBlindWrites() {
    assertFound(
        "long fork",
        new Script()
            .ok(1, 10, write("x", 10), write("y", 10))
            .ok(1, 10, write("x", 1))
            .ok(1, 10, write("y", 1))
            .ok(1, 10, read("x", 1), read("y", 10))
            .ok(1, 10, read("x", 10), read("y", 1)),
        "G2-item");
  }

  @Test
  void shouldFindFracturedRead() {
    assertFound(
        "fractured read",
        new Script().ok(1, 10, write("x", 1), write("y", 1)).ok(1, 10, read("x", 1), nothing("y")),
        "G-single");
    assertFound(
        "fractured read",
        new Script()
            .ok(1, 10, write("x", 1), write("y", 1))
            .ok(1, 10, read("x", 1), write("x", 2), write("y", 2))
            .ok(1, 10, read("x", 1), read("y", 2)),
        "G-single");
    assertFound(
        "overwritten transaction",
        new Script()
            .ok(1, 10, write("x", 1), write("y", 1))
            .ok(1, 10, write("x", 2), write("y", 2))
            .ok(1, 10, read("x", 1), read("y", 2)),
        "G0");
  }

  @Test
  void shouldFindWhatOnlyRealTimeForbids() {
    assertFound(
        "", new Script().ok(1, 2, write("x", 1)).ok(3, 4, nothing("x")), "G-single-realtime");
    assertFound(
        "by real time",
        new Script().ok(1, 2, write("x", 1)).ok(3, 4, write("x", 2)).ok(5, 6, read("x", 1)),
        "G-single-realtime");
    assertFound(
        "by real time",
        new Script()
            .ok(1, 20, write("x", 1))
            .ok(1, 20, write("x", 2))
            .ok(2, 3, read("x", 1))
            .ok(4, 5, read("x", 2))
            .ok(6, 7, read("x", 1)),
        "G-single-realtime");
    assertValid(
        new Script().ok(1, 3, write("x", 1)).ok(3, 4, write("x", 2)).ok(5, 6, read("x", 1)));
  }

  @Test
  void shouldRefuseOtherWorkloads() {
    assertThatThrownBy(() -> check(new Script().ok(1, 2, append("x", 1))))
        .isInstanceOf(UnfitHistoryException.class);
    assertThatThrownBy(() -> check(new Script().ok(1, 2, write("x", 1)).ok(1, 2, write("x", 1))))
        .isInstanceOf(UnfitHistoryException.class);
  }

  private static History run(long seed, int clients, int operations) {
    return Workloads.history(
        RandomRun.of(seed, Workloads.rwRegister(25), new SimulatedStore(), clients, operations));
  }

  @Test
  void shouldAcceptCorrectRuns() {
    for (long seed = 1; seed <= 400; seed++) {
      History history = run(seed, 1 + (int) (seed % 20), 300);
      assertThat(new RwRegisterChecker().check(history).anomalies()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void shouldCatchStaleReadsOfASingleClient() {
    for (long seed = 1; seed <= 200; seed++) {
      History history = run(seed, 1, 100);
      History spoilt = stale(history, new SimRandom(seed));
      assertThat(new RwRegisterChecker().check(spoilt).anomalies())
          .as("seed %d", seed)
          .isNotEmpty();
    }
  }

  /** One final read finds what had been overwritten before. */
  private static History stale(History history, SimRandom random) {
    Map<Key, List<Long>> written = new HashMap<>();
    for (Attempt attempt : history.attempts()) {
      for (MicroOp op : attempt.ops()) {
        if (attempt.isOk() && op instanceof MicroOp.Write(Key key, long value)) {
          written.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
        }
      }
    }
    List<Attempt> finals =
        history.attempts().stream()
            .filter(Attempt::isFinalRead)
            .filter(a -> a.ops().getFirst() instanceof MicroOp.ReadValue)
            .filter(a -> written.getOrDefault(key(a), List.of()).size() > 2)
            .toList();
    Attempt target = random.pick(finals);
    List<Attempt> changed = new ArrayList<>(history.attempts());
    MicroOp old = new MicroOp.ReadValue(key(target), written.get(key(target)).getFirst());
    changed.set(
        target.index(),
        new Attempt(
            target.index(),
            target.process(),
            target.function(),
            target.outcome(),
            target.invokedAt(),
            target.completedAt(),
            List.of(old)));
    return new History(changed);
  }

  private static Key key(Attempt attempt) {
    return ((MicroOp.ReadValue) attempt.ops().getFirst()).key();
  }

  @Test
  void shouldCheckALongHistory() {
    History history = run(7, 30, 200_000);
    long begun = System.nanoTime();
    CheckResult result = new RwRegisterChecker().check(history);
    System.out.printf(
        "rw-register: %d transactions checked in %d ms%n",
        history.attempts().size(), (System.nanoTime() - begun) / 1_000_000);
    assertThat(result.verdict()).isEqualTo(CheckResult.Verdict.VALID);
  }
}
