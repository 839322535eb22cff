package dev.troupe.chaos;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code chaos}: the verbs of this module. Nothing that is shipped may know them, as a node must
 * not depend on its tests; so they have a main class of their own.
 */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description = "Simulates the database, judges what its clients saw, and tests its SQL.",
    subcommands = {
      SimCommand.class,
      CheckCommand.class,
      SqlLogicCommand.class,
      SqlLoadCommand.class
    })
public final class ChaosCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new ChaosCommand()).execute(args));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        Objects.requireNonNull(spec, "not run by picocli").commandLine(),
        "say what to do: sim, check, sqllogic or sqlload");
  }
}
