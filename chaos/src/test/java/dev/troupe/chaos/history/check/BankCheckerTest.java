package dev.troupe.chaos.history.check;

import static dev.troupe.chaos.history.check.Script.balances;
import static dev.troupe.chaos.history.check.Script.transfer;
import static dev.troupe.chaos.history.check.Script.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.check.CheckResult.Verdict;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BankCheckerTest {
  private static CheckResult check(Script script) {
    return new BankChecker(false).check(script.history());
  }

  private static void assertFound(Script script, String... names) {
    assertThat(check(script).counts().keySet()).containsExactlyInAnyOrder(names);
  }

  @Test
  void shouldAcceptAcknowledgedAndUnknownTransfers() {
    Script script =
        new Script()
            .ok(1, 2, balances(10, 10, 10))
            .ok(3, 4, transfer("a", "b", 4))
            .unknown(5, transfer("b", "c", 3))
            .unknown(5, transfer("b", "c", 5))
            .failed(5, 6, transfer("c", "a", 1))
            .ok(7, 8, balances(6, 9, 15));
    assertThat(check(script).verdict()).isEqualTo(Verdict.VALID);
  }

  @Test
  void shouldFindMoneyThatComesOrGoes() {
    assertFound(
        new Script()
            .ok(1, 2, balances(10, 10))
            .ok(3, 9, transfer("a", "b", 4))
            .ok(4, 5, balances(6, 10)),
        "wrong-total",
        "unexplained-balances");
  }

  @Test
  void shouldFindOverdraft() {
    Script script =
        new Script()
            .ok(1, 2, balances(10, 10))
            .ok(3, 4, transfer("a", "b", 11))
            .ok(5, 6, balances(-1, 21));
    assertFound(script, "negative-balance");
    assertThat(new BankChecker(true).check(script.history()).verdict()).isEqualTo(Verdict.VALID);
  }

  @Test
  void shouldFindLostDoubledAndFailedTransfers() {
    for (long inA : new long[] {10, 2}) {
      assertFound(
          new Script()
              .ok(1, 2, balances(10, 10))
              .ok(3, 4, transfer("a", "b", 4))
              .ok(5, 6, balances(inA, 20 - inA)),
          "unexplained-balances");
    }
    assertFound(
        new Script()
            .ok(1, 2, balances(10, 10))
            .failed(3, 4, transfer("a", "b", 4))
            .ok(5, 6, balances(6, 14)),
        "unexplained-balances");
  }

  @Test
  void shouldUseAnUnknownTransferOnce() {
    Script script =
        new Script()
            .ok(1, 2, balances(10, 10, 10))
            .unknown(3, transfer("a", "b", 4))
            .unknown(4, transfer("b", "c", 4));
    assertFound(script.ok(5, 6, balances(10, 6, 14)).ok(7, 8, balances(6, 10, 14)));
    assertFound(script.ok(9, 10, balances(2, 18, 10)), "unexplained-balances");
  }

  @Test
  void shouldSayWhatItCannotDecide() {
    assertThat(
            check(new Script().ok(1, 4, balances(10, 10)).ok(3, 6, transfer("a", "b", 4)))
                .verdict())
        .isEqualTo(Verdict.UNDECIDED);
    Script many = new Script().ok(1, 2, balances(0, 0, 0, 0, 0, 0, 0, 0));
    for (int i = 0; i < 40; i++) {
      String to = String.valueOf((char) ('b' + i % 7));
      many.unknown(3, transfer("a", to, 1L << i));
    }
    CheckResult result =
        new BankChecker(true).check(many.ok(5, 6, balances(1, -1, 0, 0, 0, 0, 0, 0)).history());
    assertThat(result.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result.undecided().getFirst()).contains("too many of 40");
  }

  @Test
  void shouldRefuseOtherWorkloads() {
    assertThatThrownBy(() -> check(new Script().ok(1, 2, write("x", 1))))
        .isInstanceOf(UnfitHistoryException.class);
  }

  private static History run(long seed) {
    return Workloads.history(
        RandomRun.of(seed, Workloads.bank(), Workloads.bankStore(), 1 + (int) (seed % 8), 200));
  }

  @Test
  void shouldAcceptCorrectRuns() {
    for (long seed = 1; seed <= 300; seed++) {
      CheckResult result = new BankChecker(false).check(run(seed));
      assertThat(result.anomalies()).as("seed %d", seed).isEmpty();
      assertThat(result.undecided())
          .allMatch(why -> why.contains("no read was over before the first transfer"));
    }
  }

  @Test
  void shouldCatchATransferThatLeavesNoTrace() {
    int decided = 0;
    for (long seed = 1; seed <= 300; seed++) {
      History history = run(seed);
      Attempt last = history.attempts().getLast();
      MicroOp.Balances read = (MicroOp.Balances) last.ops().getFirst();
      Map<Key, Long> spoilt =
          new LinkedHashMap<>(java.util.Objects.requireNonNull(read.accounts()));
      int amount = 1000 + new SimRandom(seed).nextInt(1000);
      spoilt.merge(Workloads.account(0), (long) amount, Long::sum);
      spoilt.merge(Workloads.account(1), (long) -amount, Long::sum);
      List<Attempt> attempts = new ArrayList<>(history.attempts());
      attempts.set(
          last.index(),
          new Attempt(
              last.index(),
              last.process(),
              last.function(),
              last.outcome(),
              last.invokedAt(),
              last.completedAt(),
              List.of(new MicroOp.Balances(spoilt))));
      CheckResult result = new BankChecker(true).check(new History(attempts));
      if (result.undecided().isEmpty()) {
        decided++;
        assertThat(result.counts()).as("seed %d", seed).containsKey("unexplained-balances");
      }
    }
    assertThat(decided).isGreaterThan(20);
  }
}
