package dev.troupe.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a node of a cluster. */
@Command(
    name = "start",
    description = {
      "Runs a node of a cluster, in the foreground.",
      "A new node waits until a node named by --join takes it in, or until `troupe init` forms a"
          + " cluster on it. A node that was a member before returns to its cluster by itself."
    },
    footer = {
      "",
      "Example: three nodes on one machine",
      "  troupe start --join 127.0.0.1:7433,127.0.0.1:7443 --data d1",
      "  troupe start --join 127.0.0.1:7433,127.0.0.1:7443 --data d2 --port-base 7442",
      "  troupe start --join 127.0.0.1:7433,127.0.0.1:7443 --data d3 --port-base 7452",
      "  troupe init"
    })
final class StartCommand extends Verb implements Callable<Integer> {
  @Option(
      names = {"--join", "-j"},
      split = ",",
      paramLabel = "HOST:PORT",
      description = "gRPC addresses of some nodes, this one may be among them.")
  private @Nullable List<String> join;

  @Mixin private StartOptions options = new StartOptions();

  @Override
  public Integer call() {
    List<String> targets = join;
    String joined = targets == null ? null : String.join(",", targets);
    return NodeProcess.run(options, joined, false, out());
  }
}
