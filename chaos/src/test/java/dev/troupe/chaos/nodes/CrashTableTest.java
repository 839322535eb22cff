package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.nodes.CrashTrial.Answer;
import dev.troupe.chaos.nodes.CrashTrial.Ended;
import dev.troupe.chaos.nodes.CrashTrial.Kill;
import dev.troupe.chaos.nodes.CrashTrial.Role;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes die between every two events of a transaction: atomic every time, and whoever comes next on
 * the same keys is served soon. A sample of the events; all of them with {@code -Dcrash.every=1}.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS) // the whole table on a busy machine
class CrashTableTest {
  private static final int EVERY = Integer.getInteger("crash.every", 40);
  private static final int EVERY_OF_THREE = Integer.getInteger("crash.everyOfThree", 4 * EVERY);
  private static final int PAIRS = Integer.getInteger("crash.pairs", 20);
  private static final long MS = 1_000_000;
  private static final long SOON = 300 * MS;
  private static final long LONG = 15_000 * MS;
  private static final long SERVED_WITHIN = 5_000 * MS;

  private final List<String> broken = new ArrayList<>();

  /** One line of the table. */
  private static final class Line {
    int points;
    int committed;
    int aborted;
    final int[] answers = new int[Answer.values().length];
    long worst;

    void add(Ended ended) {
      points++;
      committed += ended.committed() ? 1 : 0;
      aborted += ended.committed() ? 0 : 1;
      answers[ended.answer().ordinal()]++;
      worst = Math.max(worst, ended.took());
    }

    @Override
    public String toString() {
      return "%4d points, written %4d, not %4d; heard committed %4d, failed %4d, nothing %4d; served after %d ms at the latest"
          .formatted(points, committed, aborted, answers[0], answers[1], answers[2], worst / MS);
    }
  }

  @Test
  void shouldBeAtomicWhoeverDiesBetweenTwoStepsOverTwoRanges() {
    table(2, EVERY);
  }

  @Test
  void shouldBeAtomicWhoeverDiesBetweenTwoStepsOverThreeRanges() {
    table(3, EVERY_OF_THREE);
  }

  private void table(int ranges, int every) {
    int events = new CrashTrial(ranges, List.of()).run().events();
    System.out.printf("a transaction over %d ranges: %d events%n", ranges, events);
    for (Role role : Role.values()) {
      for (long down : new long[] {SOON, LONG}) {
        var line = new Line();
        // Each line begins elsewhere: together they are closer than one alone.
        int first = Math.floorMod(7 * role.ordinal() + (down == SOON ? 0 : 11), every);
        for (int event = first; event <= events; event += every) {
          run(ranges, List.of(new Kill(role, event, down)), line);
        }
        System.out.printf("  %-16s %-8s %s%n", role, down == SOON ? "restarts" : "stays", line);
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void shouldBeAtomicWhenTwoDie() {
    int events = new CrashTrial(2, List.of()).run().events();
    var random = new SimRandom(1);
    var line = new Line();
    for (int i = 0; i < PAIRS; i++) {
      Role one = random.pick(List.of(Role.values()));
      Role two = random.pick(List.of(Role.values()));
      int first = random.nextInt(events);
      int second = (int) random.between(first, events);
      run(2, List.of(new Kill(one, first, SOON), new Kill(two, second, 2 * SOON)), line);
    }
    System.out.printf("  two of them      %s%n", line);
    assertThat(broken).isEmpty();
  }

  private void run(int ranges, List<Kill> kills, Line line) {
    var trial = new CrashTrial(ranges, kills);
    try {
      Ended ended = trial.run();
      line.add(ended);
      if (ended.took() > SERVED_WITHIN) {
        broken.add("%d ranges, %s: served after %d ms".formatted(ranges, kills, ended.took() / MS));
      }
    } catch (RuntimeException failure) {
      broken.add("%d ranges, %s: %s".formatted(ranges, trial, failure));
    }
  }
}
