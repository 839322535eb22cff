package dev.troupe.loadgen.limits;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry point of the commands that go to the limits of transactions; {@code
 * chaos/processes/large-transactions.sh} starts the clusters, and kills what has to die.
 */
@Command(
    name = "limits",
    mixinStandardHelpOptions = true,
    subcommands = {
      LongCommand.class,
      VanishCommand.class,
      HoldCommand.class,
      IdleCommand.class,
      LargeCommand.class,
      CountCommand.class,
      SpreadCommand.class
    })
public final class LimitsMain {
  private LimitsMain() {}

  public static void main(String... arguments) {
    System.exit(new CommandLine(new LimitsMain()).execute(arguments));
  }
}
