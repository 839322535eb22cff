package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.config.Ports;
import dev.troupe.node.demo.DemoCluster;
import dev.troupe.node.demo.DemoProblem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A cluster to play with. */
@Command(
    name = "demo",
    description = {
      "Runs a cluster of real node processes on this machine, with sample data in it.",
      "Ctrl-C stops all of them and deletes their data."
    })
final class DemoCommand extends Verb implements Callable<Integer> {
  private static final int NODES_MAX = 20;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes (default: ${DEFAULT-VALUE}).")
  private int nodes = 3;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      defaultValue = "" + Ports.DEFAULT_BASE,
      description = {
        "First port of the first node (default: ${DEFAULT-VALUE}); each further node has its"
            + " ports 10 higher."
      })
  private int portBase = Ports.DEFAULT_BASE;

  @Option(
      names = {"--empty", "--no-example-database"},
      description = "Without the sample data.")
  private boolean empty;

  @Override
  public Integer call() {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new CliFailure(
          ExitCode.USAGE, "--nodes " + nodes + " is out of range: 1 to " + NODES_MAX, "");
    }
    try {
      DemoCluster.run(new DemoCluster.Plan(nodes, portBase, !empty), out());
      return ExitCode.OK.status();
    } catch (DemoProblem e) {
      throw new CliFailure(ExitCode.FAILED, e.getMessage(), e.hint());
    }
  }
}
