package dev.troupe.chaos.history.check;

import static dev.troupe.chaos.history.check.Script.append;
import static dev.troupe.chaos.history.check.Script.cas;
import static dev.troupe.chaos.history.check.Script.nothing;
import static dev.troupe.chaos.history.check.Script.read;
import static dev.troupe.chaos.history.check.Script.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.check.CheckResult.Verdict;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegisterCheckerTest {
  private static final long STEPS_MAX = 1_000_000;

  private static CheckResult check(History history) {
    return new RegisterChecker(STEPS_MAX).check(history);
  }

  private static void assertValid(Script script) {
    assertThat(check(script.history()).verdict()).isEqualTo(Verdict.VALID);
  }

  private static void assertBroken(Script script) {
    assertThat(check(script.history()).counts()).containsOnlyKeys("not-linearizable");
  }

  @Test
  void shouldAcceptReadsOfTheLatestWrite() {
    assertValid(
        new Script()
            .ok(1, 2, nothing("x"))
            .ok(3, 4, write("x", 0))
            .ok(5, 6, read("x", 0))
            .ok(7, 20, write("x", 1))
            .ok(8, 9, read("x", 0))
            .ok(10, 11, read("x", 1))
            .ok(1, 20, nothing("y")));
  }

  @Test
  void shouldFindAStaleReadAndSayWhereItIsStuck() {
    Script script =
        new Script().ok(1, 2, write("x", 1)).ok(3, 4, write("x", 2)).ok(5, 6, read("x", 1));
    assertBroken(script);
    assertThat(check(script.history()).anomalies().getFirst().detail())
        .contains("3 operations on x", "[5, 6] r 1");
  }

  @Test
  void shouldTakeAValueThatComesAgainForEitherWrite() {
    assertValid(
        new Script()
            .ok(1, 2, write("x", 1))
            .ok(3, 4, write("x", 2))
            .ok(5, 6, write("x", 1))
            .ok(7, 8, read("x", 1)));
  }

  @Test
  void shouldLetUnknownCompareAndSetNeverTakePlaceThoughItsValueWasSeen() {
    assertValid(
        new Script().ok(1, 2, write("x", 8)).unknown(3, cas("x", 7L, 8)).ok(4, 5, read("x", 8)));
  }

  @Test
  void shouldUseAnUnknownWriteOnce() {
    assertValid(
        new Script().unknown(1, write("x", 1)).ok(2, 3, write("x", 2)).ok(4, 5, read("x", 1)));
    assertBroken(
        new Script()
            .unknown(1, write("x", 1))
            .ok(2, 3, read("x", 1))
            .ok(4, 5, write("x", 2))
            .ok(6, 7, read("x", 1)));
  }

  @Test
  void shouldFollowAChainOfUnknowns() {
    assertValid(
        new Script()
            .unknown(1, cas("x", 2L, 3))
            .unknown(2, cas("x", 1L, 2))
            .unknown(3, cas("x", null, 1))
            .ok(4, 5, nothing("x"))
            .ok(6, 7, read("x", 3)));
    assertBroken(
        new Script()
            .unknown(1, cas("x", 2L, 3))
            .unknown(3, cas("x", null, 1))
            .ok(6, 7, read("x", 3)));
  }

  @Test
  void shouldRefuseFailedWriteThatIsSeen() {
    assertBroken(new Script().failed(1, 2, write("x", 1)).ok(3, 4, read("x", 1)));
  }

  @Test
  void shouldGiveUpAtItsBound() {
    Script script = new Script();
    for (int i = 0; i < 30; i++) {
      script.ok(1, 100, write("x", i));
    }
    CheckResult result =
        new RegisterChecker(1_000).check(script.ok(101, 102, read("x", 99)).history());
    assertThat(result.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result.undecided().getFirst()).contains("register x", "1001 steps");
  }

  @Test
  void shouldRefuseOtherWorkloads() {
    assertThatThrownBy(() -> check(new Script().ok(1, 2, append("x", 1)).history()))
        .isInstanceOf(UnfitHistoryException.class);
    assertThatThrownBy(() -> check(new Script().ok(1, 2, write("x", 1), read("x", 1)).history()))
        .isInstanceOf(UnfitHistoryException.class);
  }

  @Test
  void shouldAcceptCorrectRuns() {
    for (long seed = 1; seed <= 300; seed++) {
      int clients = 1 + (int) (seed % 12);
      History history =
          Workloads.history(
              RandomRun.of(seed, Workloads.register(2, 4), new SimulatedStore(), clients, 300));
      assertThat(check(history).verdict()).as("seed %d", seed).isEqualTo(Verdict.VALID);
    }
  }

  @Test
  void shouldCheckALongHistoryOfFewKeys() {
    History history =
        Workloads.history(
            RandomRun.of(7, Workloads.register(5, 1000), new SimulatedStore(), 20, 100_000));
    long begun = System.nanoTime();
    CheckResult result = check(history);
    System.out.printf(
        "register: %d operations checked in %d ms%n",
        history.attempts().size(), (System.nanoTime() - begun) / 1_000_000);
    assertThat(result.verdict()).isEqualTo(Verdict.VALID);
  }

  @Test
  void shouldAgreeWithATrialOfAllOrders() {
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (long seed = 1; seed <= 20_000; seed++) {
      History history = anything(new SimRandom(seed));
      boolean possible = someOrderExplains(history.attempts(), null);
      Verdict verdict = check(history).verdict();
      assertThat(verdict)
          .as("seed %d: %s", seed, history)
          .isEqualTo(possible ? Verdict.VALID : Verdict.INVALID);
      verdicts.merge(verdict, 1, Integer::sum);
    }
    assertThat(verdicts.get(Verdict.VALID)).isGreaterThan(2_000);
    assertThat(verdicts.get(Verdict.INVALID)).isGreaterThan(2_000);
  }

  /** A few operations with answers out of the air. */
  private static History anything(SimRandom random) {
    Script script = new Script();
    int size = 2 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      long from = random.nextInt(12);
      long to = from + 1 + random.nextInt(8);
      long value = random.nextInt(3);
      MicroOp op =
          switch (random.nextInt(4)) {
            case 0 -> write("x", value);
            case 1 -> cas("x", random.chance(0.3) ? null : (Long) (long) random.nextInt(3), value);
            case 2 -> random.chance(0.3) ? nothing("x") : read("x", value);
            default -> read("x", value);
          };
      if (random.chance(0.25)) {
        script.unknown(from, op);
      } else {
        script.ok(from, to, op);
      }
    }
    return script.history();
  }

  private static boolean someOrderExplains(List<Attempt> left, @Nullable Long value) {
    if (left.stream().noneMatch(Attempt::isOk)) {
      return true;
    }
    for (Attempt next : left) {
      boolean mayBeNext = left.stream().noneMatch(other -> other.precedes(next));
      List<Attempt> rest = new ArrayList<>(left);
      rest.remove(next);
      boolean explained =
          switch (next.ops().getFirst()) {
            case MicroOp.Write write -> someOrderExplains(rest, write.value());
            case MicroOp.CompareAndSet cas ->
                Objects.equals(cas.expected(), value) && someOrderExplains(rest, cas.value());
            case MicroOp.ReadValue read ->
                (next.outcome() == Outcome.UNKNOWN || Objects.equals(read.value(), value))
                    && someOrderExplains(rest, value);
            default ->
                (next.outcome() == Outcome.UNKNOWN || value == null)
                    && someOrderExplains(rest, value);
          };
      if (mayBeNext && explained) {
        return true;
      }
    }
    return false;
  }
}
