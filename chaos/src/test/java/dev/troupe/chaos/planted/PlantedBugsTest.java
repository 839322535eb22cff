package dev.troupe.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.nodes.NodeSweep;
import dev.troupe.chaos.sim.SeedSweep;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each planted bug must be found within a thousand seeds ({@code -Dsim.planted.seeds}), those in
 * what surrounds the core within four thousand of whole nodes ({@code -Dnodes.planted.seeds}).
 */
class PlantedBugsTest {
  private static final int SEEDS_MAX = Integer.getInteger("sim.planted.seeds", 1000);
  private static final int NODE_SEEDS_MAX = Integer.getInteger("nodes.planted.seeds", 4000);
  private static final int THREADS = 2;

  /** What a sweep in a mutant's world found, as text: its types are not ours. */
  private record Finding(long seeds, @Nullable String failure) {}

  @TestFactory
  Stream<DynamicTest> shouldFind() {
    return PlantedBugs.all().stream()
        .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> shouldFind(bug)));
  }

  @TestFactory
  Stream<DynamicTest> shouldFindInWholeNodes() {
    return PlantedNodeBugs.all().stream()
        .map(
            bug ->
                DynamicTest.dynamicTest(
                    bug.name(), () -> shouldFind(bug, NodeSweep.class, NODE_SEEDS_MAX)));
  }

  private static void shouldFind(PlantedBug bug) throws ReflectiveOperationException {
    shouldFind(bug, SeedSweep.class, SEEDS_MAX);
  }

  private static void shouldFind(PlantedBug bug, Class<?> simulation, long seeds)
      throws ReflectiveOperationException {
    Finding finding = hunt(bug, simulation, seeds);
    System.out.printf(
        "planted: %-62s seed %5d  %s%n", bug.name(), finding.seeds(), firstLine(finding.failure()));
    assertThat(finding.failure()).as(bug.name()).isNotNull();
  }

  @Test
  void shouldFindNothingWhereNothingIsPlanted() throws ReflectiveOperationException {
    assertThat(hunt(new PlantedBug("none", List.of()), SeedSweep.class, 50).failure()).isNull();
    assertThat(hunt(new PlantedBug("none", List.of()), NodeSweep.class, 5).failure()).isNull();
  }

  @Test
  void shouldComplainWhenTheSourceHasChanged() {
    var gone = PlantedBug.of("gone", "Quorum", "this is not in there", "");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> MutantCompiler.compile(gone))
        .hasMessageContaining("Quorum has changed");
  }

  private static Finding hunt(PlantedBug bug, Class<?> simulation, long seeds)
      throws ReflectiveOperationException {
    ClassLoader parent = PlantedBugsTest.class.getClassLoader();
    var world = new MutantLoader(parent, MutantCompiler.compile(bug));
    Class<?> sweepType = world.loadClass(simulation.getName());
    Object sweep =
        sweepType
            .getMethod("run", long.class, long.class, int.class)
            .invoke(null, 1L, seeds, THREADS);
    Object result = sweepType.getMethod("failure").invoke(sweep);
    if (result == null) {
      return new Finding(seeds, null);
    }
    long seed = (long) result.getClass().getMethod("seed").invoke(result);
    return new Finding(seed, String.valueOf(result.getClass().getMethod("failure").invoke(result)));
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "not found" : text.lines().findFirst().orElse("");
  }
}
