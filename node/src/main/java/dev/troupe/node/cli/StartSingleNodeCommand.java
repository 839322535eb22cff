package dev.troupe.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a cluster of one node. */
@Command(
    name = "start-single-node",
    description = {
      "Runs a cluster of one node, in the foreground; forms it when the data directory is new.",
      "Others can join it later with `troupe start --join`."
    })
final class StartSingleNodeCommand extends Verb implements Callable<Integer> {
  @Mixin private StartOptions options = new StartOptions();

  @Override
  public Integer call() {
    return NodeProcess.run(options, null, true, out());
  }
}
