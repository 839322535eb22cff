package dev.troupe.chaos.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Small histories with answers out of the air, against a trial of all orders: whatever some order
 * explains must not be reported.
 */
class AllOrdersTest {
  private static final int SEEDS = 30_000;
  private static final String[] KEYS = {"x", "y"};

  private interface Step {
    MicroOp draw(SimRandom random, String key, long fresh);
  }

  @Test
  void shouldReportNoTransactionsOverRegistersThatAnOrderExplains() {
    judge(
        new RwRegisterChecker(),
        0.97,
        (random, key, fresh) -> {
          if (random.chance(0.5)) {
            return Script.write(key, fresh);
          }
          int found = random.nextInt(5);
          return found == 0 ? Script.nothing(key) : Script.read(key, found);
        });
  }

  @Test
  void shouldReportNoListsThatAnOrderExplains() {
    judge(
        new ListAppendChecker(),
        1.0,
        (random, key, fresh) -> {
          if (random.chance(0.55)) {
            return Script.append(key, fresh);
          }
          long[] list = new long[random.nextInt(3)];
          for (int i = 0; i < list.length; i++) {
            list[i] = 1 + random.nextInt(4);
          }
          return Script.list(key, list);
        });
  }

  private static void judge(HistoryChecker checker, double caughtMin, Step step) {
    int explained = 0;
    int broken = 0;
    int caught = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = draw(new SimRandom(seed), step);
      boolean possible = someOrderExplains(history.attempts(), List.of());
      List<Anomaly> found = checker.check(history).anomalies();
      if (possible) {
        explained++;
        assertThat(found).as("seed %d: %s", seed, history).isEmpty();
      } else {
        broken++;
        caught += found.isEmpty() ? 0 : 1;
      }
    }
    System.out.printf(
        "%s: %d histories explained, %d of %d others caught%n",
        checker.getClass().getSimpleName(), explained, caught, broken);
    assertThat(explained).isGreaterThan(SEEDS / 50);
    assertThat(caught).isGreaterThanOrEqualTo((int) (caughtMin * broken));
  }

  private static History draw(SimRandom random, Step step) {
    Script script = new Script();
    long fresh = 0;
    int size = 2 + random.nextInt(3);
    for (int i = 0; i < size; i++) {
      MicroOp[] ops = new MicroOp[1 + random.nextInt(2)];
      for (int j = 0; j < ops.length; j++) {
        ops[j] = step.draw(random, KEYS[random.nextInt(2)], fresh + 1);
        boolean wrote = ops[j] instanceof MicroOp.Write || ops[j] instanceof MicroOp.Append;
        fresh += wrote ? 1 : 0;
      }
      long from = random.nextInt(10);
      int fate = random.nextInt(10);
      if (fate == 0) {
        script.unknown(from, ops);
      } else if (fate == 1) {
        script.failed(from, from + 1 + random.nextInt(6), ops);
      } else {
        script.ok(from, from + 1 + random.nextInt(6), ops);
      }
    }
    return script.history();
  }

  private static boolean someOrderExplains(List<Attempt> left, List<Attempt> order) {
    if (left.stream().noneMatch(Attempt::isOk)) {
      return true;
    }
    for (Attempt next : left) {
      boolean mayBeNext =
          next.outcome() != Outcome.FAILED
              && left.stream().noneMatch(other -> other.isOk() && other.precedes(next));
      List<Attempt> longer = new ArrayList<>(order);
      longer.add(next);
      if (mayBeNext && explains(longer)) {
        List<Attempt> rest = new ArrayList<>(left);
        rest.remove(next);
        if (someOrderExplains(rest, longer)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean explains(List<Attempt> order) {
    SimulatedStore store = new SimulatedStore();
    for (Attempt attempt : order) {
      List<MicroOp> asked = attempt.ops().stream().map(AllOrdersTest::asked).toList();
      List<MicroOp> answers = store.apply(asked);
      for (int i = 0; attempt.isOk() && i < asked.size(); i++) {
        if (!same(attempt.ops().get(i), java.util.Objects.requireNonNull(answers).get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean same(MicroOp told, MicroOp right) {
    boolean empty = told instanceof MicroOp.ReadList list && list.values().isEmpty();
    return told.equals(right) || (empty && right instanceof MicroOp.ReadNothing);
  }

  private static MicroOp asked(MicroOp op) {
    return switch (op) {
      case MicroOp.ReadValue read -> new MicroOp.ReadNothing(read.key());
      case MicroOp.ReadList read -> new MicroOp.ReadNothing(read.key());
      default -> op;
    };
  }
}
