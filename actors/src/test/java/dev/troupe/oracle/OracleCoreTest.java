package dev.troupe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random and exhaustive schedules of two or three oracles around one record. */
class OracleCoreTest {
  private static final int SCHEDULES = 20_000;
  private static final int STEPS = 150;

  /** Steps of the exhaustive search; at its depth it has seen a few million schedules. */
  private static final int DEPTH = 13;

  private static final String SETTLE = "settle 1";

  @Test
  void shouldRiseAlwaysInRandomSchedules() {
    long grants = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      var random = new Random(seed);
      var world = new OracleWorld(2 + seed % 2);
      try {
        randomSchedule(world, random);
      } catch (AssertionError failure) {
        throw new AssertionError("seed " + seed, failure);
      }
      grants += world.grants;
    }
    assertThat(grants).isGreaterThan(SCHEDULES * 5L);
  }

  private static void randomSchedule(OracleWorld world, Random random) {
    for (int i = 0; i < STEPS; i++) {
      int dice = random.nextInt(100);
      OracleWorld.Node node = world.nodes.get(random.nextInt(world.nodes.size()));
      if (dice == 0) {
        world.crash(node);
      } else if (dice <= 2) {
        world.jump(node, random.nextLong(-20_000, 20_000));
      } else if (dice == 3) {
        world.jump(node, random.nextBoolean() ? 7_200_000 : -7_200_000);
      } else if (dice <= 10) {
        world.now += random.nextLong(2_000) * OracleWorld.MS;
      } else {
        List<String> names = new ArrayList<>(world.steps().keySet());
        // Losses and changes of leaders are rarer than progress, or nothing would ever be done.
        if (random.nextInt(6) != 0) {
          names.removeIf(
              n -> n.startsWith("lose") || n.startsWith("lead") || n.startsWith("lapse"));
        }
        world.run(names.get(random.nextInt(names.size())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRiseInEverySmallSchedule(boolean leased) {
    long[] schedules = new long[1];
    explore(leased, new ArrayList<>(), schedules);
    assertThat(schedules[0]).isGreaterThan(100_000);
  }

  /** A is in office and B was made leader: from here on, every order of the steps below. */
  private static OracleWorld beginning(boolean leased) {
    var world = new OracleWorld(2);
    world.run("lead 1");
    world.settle(world.nodes.get(0));
    world.run("lead 2");
    world.run("news 2");
    world.lapsed = !leased;
    return world;
  }

  private static void explore(boolean leased, List<String> prefix, long[] schedules) {
    OracleWorld world = beginning(leased);
    prefix.forEach(name -> run(world, name));
    schedules[0]++;
    if (prefix.size() == DEPTH) {
      return;
    }
    List<String> names = new ArrayList<>(world.steps().keySet());
    names.add(SETTLE);
    for (String name : names) {
      if (isOfInterest(world, name, prefix)) {
        prefix.add(name);
        explore(leased, prefix, schedules);
        prefix.removeLast();
      }
    }
  }

  private static void run(OracleWorld world, String name) {
    if (name.equals(SETTLE)) {
      world.settle(world.nodes.get(0));
    } else {
      world.run(name);
    }
  }

  /** Bounds the search: A goes in large steps, B in small ones, and the rest happens once. */
  private static boolean isOfInterest(OracleWorld world, String name, List<String> prefix) {
    return switch (name) {
      case "advance 2", "retry 2", "ghost" -> true;
      case "confirm 1" -> true;
      case SETTLE -> world.isBusy(world.nodes.get(0));
      case "lose 2" -> !world.lapsed && !prefix.contains(name);
      case "lead 1", "wish 2", "draw 1" -> !prefix.contains(name);
      default -> false;
    };
  }
}
