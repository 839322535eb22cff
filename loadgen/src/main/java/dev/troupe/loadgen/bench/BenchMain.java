package dev.troupe.loadgen.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the comparisons; {@code loadgen/bench/compare-etcd.sh} starts the clusters. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      CompareCommand.class,
      FirstWriteCommand.class,
      IdleConnectionsCommand.class,
      TransactionsCommand.class,
      OverloadCommand.class
    })
public final class BenchMain {
  private BenchMain() {}

  public static void main(String... arguments) {
    System.exit(
        new CommandLine(new BenchMain()).setOverwrittenOptionsAllowed(true).execute(arguments));
  }
}
