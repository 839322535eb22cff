package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Fingerprint;
import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.check.RegisterLinearizability;
import dev.troupe.chaos.check.RegisterLinearizability.Verdict;
import dev.troupe.chaos.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of one seed: draws the options, lets clients and nemesis loose for the safety phase,
 * heals, demands progress, and judges the history. One thread; the same seed does the same every
 * time. Every check runs after every event.
 */
public final class Simulation {
  private static final long SEARCH_STEPS_MAX = 400_000;

  private final long seed;
  private final SimOptions options;
  private final SimWorld world;
  private final SimHistory history = new SimHistory();
  private final SimGroup group;
  private boolean undecided;

  private Simulation(long seed, @Nullable Consumer<String> printer) {
    this.seed = seed;
    // Neighbouring seeds must not share parts of their streams.
    var random = new SimRandom(Fingerprint.mix(seed, 0));
    this.options = SimOptions.draw(random.split());
    var time = new EventQueue();
    this.world = new SimWorld(time, random, new Trace(time, printer), new Coverage());
    this.group = new SimGroup(world, options);
  }

  /** Runs a seed. */
  public static SimResult run(long seed) {
    return run(seed, null);
  }

  /**
   * Runs a seed.
   *
   * @param printer is given every event in words
   */
  public static SimResult run(long seed, @Nullable Consumer<String> printer) {
    return new Simulation(seed, printer).run();
  }

  private SimResult run() {
    Throwable failure = null;
    try {
      execute();
    } catch (RuntimeException | StackOverflowError e) {
      failure = e;
    }
    return new SimResult(
        seed,
        failure,
        world.trace().digest(),
        world.trace().count(),
        history.operations().size(),
        undecided,
        world.coverage(),
        failure == null ? "" : report(failure));
  }

  private void execute() {
    List<SimClient> clients = new ArrayList<>();
    for (int i = 1; i <= options.load().clients(); i++) {
      clients.add(new SimClient(i, group, history));
    }
    var nemesis = new Nemesis(group);
    while (world.time().runNext(options.safetyNanos())) {
      // Every event ends with the checks of whatever it touched.
    }
    nemesis.stop();
    new LivenessPhase(group, history, clients).run();
    judge();
  }

  private void judge() {
    switch (new RegisterLinearizability(SEARCH_STEPS_MAX).check(history.operations())) {
      case Verdict.Linearizable fine -> {}
      case Verdict.Undecided undecidedKey -> undecided = true;
      case Verdict.NotLinearizable broken ->
          throw new Violation(
              "Linearizability",
              "no order explains register %d:%n%s"
                  .formatted(
                      broken.key(),
                      broken.operations().stream()
                          .map(Operation::toString)
                          .collect(Collectors.joining("\n"))));
    }
  }

  private String report(Throwable failure) {
    var text = new StringBuilder();
    text.append("seed ").append(seed).append(" fails: ").append(failure).append('\n');
    text.append("options: ").append(options).append('\n');
    for (SimNode node : group.nodes()) {
      text.append(node).append('\n');
    }
    text.append("last events of ").append(world.trace().count()).append(":\n");
    world.trace().last().forEach(line -> text.append(line).append('\n'));
    text.append("replay: chaos/chaos.sh sim --seed ").append(seed).append(" --trace\n");
    return text.toString();
  }
}
