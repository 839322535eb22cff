package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.nodes.ShapeTrial.Change;
import dev.troupe.chaos.nodes.ShapeTrial.Ended;
import dev.troupe.chaos.nodes.ShapeTrial.Kill;
import dev.troupe.chaos.nodes.ShapeTrial.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes die between every two events of a split, a merge and a move, under transactions: each key
 * has one owner all the time, histories are valid, and all keys are served again soon. A sample of
 * the events; all of them with {@code -Dcrash.shapes.every=1}.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS) // the whole table on a busy machine
class ShapeCrashTableTest {
  private static final int EVERY = Integer.getInteger("crash.shapes.every", 1_000);
  private static final long MS = 1_000_000;
  private static final long SOON = 300 * MS;
  private static final long LONG = 15_000 * MS;
  private static final long SERVED_WITHIN = 8_000 * MS;

  private final List<String> broken = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void shouldKeepEveryKeyOwnedOnceWhoeverDies(Change change) {
    int events = new ShapeTrial(change, null).run().events();
    System.out.printf("a %s under transactions: %d events%n", change, events);
    for (Role role : Role.values()) {
      for (long down : new long[] {SOON, LONG}) {
        int points = 0;
        int done = 0;
        long worst = 0;
        int first = Math.floorMod(37 * role.ordinal() + (down == SOON ? 0 : 111), EVERY);
        for (int event = first; event <= events; event += EVERY) {
          Ended ended = run(change, new Kill(role, event, down));
          if (ended != null) {
            points++;
            done += ended.done() ? 1 : 0;
            worst = Math.max(worst, ended.took());
          }
        }
        System.out.printf(
            "  %-13s %-8s %4d points, done %4d; served after %d ms at the latest%n",
            role, down == SOON ? "restarts" : "stays", points, done, worst / MS);
      }
    }
    assertThat(broken).isEmpty();
  }

  private Ended run(Change change, Kill kill) {
    try {
      Ended ended = new ShapeTrial(change, kill).run();
      if (ended.took() > SERVED_WITHIN) {
        broken.add("%s, %s: served after %d ms".formatted(change, kill, ended.took() / MS));
      }
      return ended;
    } catch (RuntimeException failure) {
      broken.add("%s, %s: %s".formatted(change, kill, failure));
      return null;
    }
  }
}
