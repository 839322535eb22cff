package dev.troupe.loadgen;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verb {@code workload} of the launcher. */
@Command(
    name = "workload",
    mixinStandardHelpOptions = true,
    description = "Puts load on a cluster, measures it, and checks that nothing gets lost.",
    subcommands = {InitCommand.class, RunCommand.class, VerifyCommand.class})
public final class WorkloadCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "say what to do: init, run or verify; for example 'workload run kv --duration 10s'");
  }

  /** Runs the load generator alone. */
  public static void main(String... arguments) {
    System.exit(new CommandLine(new WorkloadCommand()).execute(arguments));
  }
}
