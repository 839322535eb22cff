package dev.troupe.chaos;

import dev.troupe.chaos.nodes.NodeResult;
import dev.troupe.chaos.nodes.NodeSimulation;
import dev.troupe.chaos.nodes.NodeSweep;
import dev.troupe.chaos.sim.SeedSweep;
import dev.troupe.chaos.sim.SimResult;
import dev.troupe.chaos.sim.Simulation;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sim}: replays one seed of the Raft simulation, or runs many. Exit code 0 when nothing was
 * violated, 1 when something was.
 */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Simulates a Raft group, or whole nodes, under faults, deterministically.",
      "A failure prints its seed, options, the state of every node and the last events."
    })
public final class SimCommand implements Callable<Integer> {
  @Option(names = "--seed", description = "Run this one seed and print how it went.")
  private @Nullable Long seed;

  @Option(
      names = "--seeds",
      defaultValue = "1000",
      description = "How many seeds to run (default: ${DEFAULT-VALUE}).")
  private long seeds;

  @Option(
      names = "--from",
      defaultValue = "1",
      description = "First of the seeds to run (default: ${DEFAULT-VALUE}).")
  private long from;

  @Option(names = "--nodes", description = "Simulate whole nodes instead of a Raft group.")
  private boolean nodes;

  @Option(names = "--trace", description = "With --seed: print every event.")
  private boolean trace;

  @Option(
      names = "--threads",
      defaultValue = "2",
      description = "Simulations at a time (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Spec private @Nullable CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new SimCommand()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLine command = Objects.requireNonNull(spec, "not run by picocli").commandLine();
    PrintWriter out = command.getOut();
    if (threads < 1 || seeds < 1) {
      throw new CommandLine.ParameterException(command, "--threads and --seeds must be at least 1");
    }
    boolean failed;
    if (nodes) {
      failed = seed != null ? runNodes(seed, out) : runManyNodes(out);
    } else {
      failed = seed != null ? runOne(seed, out) : runMany(out);
    }
    out.flush();
    return failed ? 1 : 0;
  }

  private boolean runOne(long chosen, PrintWriter out) {
    SimResult result = Simulation.run(chosen, trace ? out::println : null);
    if (result.failed()) {
      out.println(result.report());
      Objects.requireNonNull(result.failure()).printStackTrace(out);
    } else {
      out.printf(
          "seed %d: nothing violated; %d events, %d operations, trace %016x%n",
          chosen, result.events(), result.operations(), result.traceHash());
    }
    return result.failed();
  }

  private boolean runMany(PrintWriter out) throws InterruptedException {
    SeedSweep sweep = SeedSweep.run(from, seeds, threads);
    out.printf(
        "%d seeds, %d events, %d operations, %d histories undecided%n",
        sweep.runs(), sweep.events(), sweep.operations(), sweep.undecided());
    out.print(sweep.coverage());
    SimResult failure = sweep.failure();
    if (failure != null) {
      out.println(failure.report());
    }
    return failure != null;
  }

  private boolean runNodes(long chosen, PrintWriter out) {
    NodeResult result = NodeSimulation.run(chosen, trace ? out::println : null);
    if (result.failed()) {
      out.println(result.report());
      Objects.requireNonNull(result.failure()).printStackTrace(out);
    } else {
      out.printf(
          "seed %d: nothing violated; %d events, %d operations, trace %016x%n",
          chosen, result.events(), result.operations(), result.traceHash());
    }
    return result.failed();
  }

  private boolean runManyNodes(PrintWriter out) throws InterruptedException {
    NodeSweep sweep = NodeSweep.run(from, seeds, threads);
    out.printf(
        "%d seeds, %d events, %d operations, %d histories undecided%n",
        sweep.runs(), sweep.events(), sweep.operations(), sweep.undecided());
    out.print(sweep.coverage());
    NodeResult failure = sweep.failure();
    if (failure != null) {
      out.println(failure.report());
    }
    return failure != null;
  }
}
