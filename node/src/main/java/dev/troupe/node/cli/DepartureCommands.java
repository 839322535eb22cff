package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.client.NodeClient;
import dev.troupe.v1.DecommissionNodeRequest;
import dev.troupe.v1.Departure;
import dev.troupe.v1.GetDepartureRequest;
import dev.troupe.v1.RecommissionNodeRequest;
import dev.troupe.v1.StuckRange;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that take a node out of its cluster for good, and back before it is out. */
final class DepartureCommands {
  private static final String ACTIVE = "active";
  private static final String DECOMMISSIONED = "decommissioned";

  /** Stuck ranges that are shown one by one. */
  private static final int SHOWN_MAX = 10;

  private static final List<Column<Departure>> COLUMNS =
      List.of(
          Column.of("node", Departure::getNode),
          Column.of("state", Departure::getStanding),
          Column.of("replicas", Departure::getReplicas),
          Column.of("stuck", Departure::getStuckCount));

  private DepartureCommands() {}

  @Command(
      name = "decommission",
      description = {
        "Takes a node out of the cluster for good: moves its replicas elsewhere.",
        "It goes on by itself; `troupe node status` shows how far it is. Nothing is begun when",
        "replicas could not go anywhere: the answer names them and says why.",
        "Once it is empty the node's process ends, and never rejoins with its directory."
      })
  static final class Decommission extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    @Parameters(index = "0", paramLabel = "NODE", description = "Id of the node.")
    private int node;

    @Option(names = "--wait", description = "Returns only when the node is out.")
    private boolean wait;

    @Option(
        names = "--dry-run",
        description = "Only says what would stand in the way; changes nothing.")
    private boolean dryRun;

    @Option(
        names = "--force",
        description = "Begins even if replicas have no place to go to; they stay until they have.")
    private boolean force;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            Departure departure = dryRun ? look(client, Integer.MAX_VALUE) : begin(client);
            if (departure.getStuckCount() > 0
                && (dryRun || departure.getStanding().equals(ACTIVE))) {
              throw stuck(departure);
            }
            if (wait && !dryRun) {
              departure = waitFor(client, departure);
            }
            show(departure);
            return 0;
          });
    }

    private Departure begin(NodeClient client) {
      var request = DecommissionNodeRequest.newBuilder().setNode(node).setForce(force);
      return client.admin().decommissionNode(request.build());
    }

    private Departure look(NodeClient client, int below) {
      var request = GetDepartureRequest.newBuilder().setNode(node).setReplicasBelow(below);
      return client.admin().getDeparture(request.build());
    }

    private Departure waitFor(NodeClient client, Departure begun) {
      Departure last = begun;
      while (!last.getStanding().equals(DECOMMISSIONED)) {
        if (last.getStanding().equals(ACTIVE)) {
          throw new CliFailure(
              ExitCode.FAILED, "node " + node + " was recommissioned meanwhile", "");
        }
        Departure next = look(client, last.getReplicas());
        if (next.getReplicas() != last.getReplicas() && !output.json()) {
          say("node " + node + ": " + next.getReplicas() + " replicas left");
        }
        last = next;
      }
      return last;
    }

    private void show(Departure departure) {
      if (output.json()) {
        output.show(out(), COLUMNS, List.of(departure));
      } else if (dryRun) {
        say("node " + node + " can be decommissioned: " + departure.getReplicas() + " replicas");
      } else if (departure.getStanding().equals(DECOMMISSIONED)) {
        say("node " + node + " is decommissioned");
      } else {
        say(
            "node "
                + node
                + " is being decommissioned: "
                + departure.getReplicas()
                + " replicas left");
      }
    }

    private CliFailure stuck(Departure departure) {
      String ranges =
          departure.getStuckList().stream()
              .limit(SHOWN_MAX)
              .map(DepartureCommands::line)
              .collect(Collectors.joining());
      int more = departure.getStuckCount() - SHOWN_MAX;
      return new CliFailure(
          ExitCode.FAILED,
          "node "
              + node
              + " cannot be emptied: "
              + departure.getStuckCount()
              + " of its "
              + departure.getReplicas()
              + " replicas have no place to go to; nothing was changed"
              + ranges
              + (more > 0 ? "\n  and " + more + " more" : ""),
          "add a node, or begin all the same with --force");
    }
  }

  private static String line(StuckRange stuck) {
    return "\n  range " + stuck.getRange() + ": " + stuck.getWhy();
  }

  @Command(
      name = "recommission",
      description = "Keeps a node that is being decommissioned, as long as it is not out yet.")
  static final class Recommission extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "NODE", description = "Id of the node.")
    private int node;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            Departure departure =
                client
                    .admin()
                    .recommissionNode(RecommissionNodeRequest.newBuilder().setNode(node).build());
            say("node " + node + " is " + departure.getStanding());
            return 0;
          });
    }
  }
}
