package dev.troupe.node.cli;

import dev.troupe.v1.DrainNodeRequest;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.Node;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The verbs on nodes. */
@Command(
    name = "node",
    description = "Lists, inspects, drains and decommissions nodes.",
    subcommands = {
      NodeCommand.Ls.class,
      NodeCommand.Status.class,
      NodeCommand.Drain.class,
      DepartureCommands.Decommission.class,
      DepartureCommands.Recommission.class
    })
final class NodeCommand extends VerbGroup {
  private static final List<Column<Node>> IDENTITY =
      List.of(
          Column.of("id", Node::getId),
          Column.of("address", Node::getAddress),
          Column.of("state", Node::getState));

  private static final List<Column<Node>> EVERYTHING =
      List.of(
          Column.of("id", Node::getId),
          Column.of("state", Node::getState),
          Column.of("leaders", Node::getLeaders),
          Column.of("replicas", Node::getReplicas),
          Column.of("locality", node -> node.getLocality().isEmpty() ? null : node.getLocality()),
          Column.of("grpc_address", Node::getGrpcAddress),
          Column.of("http_address", Node::getHttpAddress),
          Column.of("address", Node::getAddress),
          Column.jsonOnly("sql_address", Node::getSqlAddress),
          Column.of("pid", Node::getPid),
          Column.of(
              "started_at", node -> Instant.ofEpochMilli(node.getStartedAtMillis()).toString()),
          Column.of("version", Node::getVersion));

  @Command(name = "ls", description = "Lists the nodes of the cluster.")
  static final class Ls extends ListVerb {
    @Override
    List<Column<Node>> columns() {
      return IDENTITY;
    }
  }

  @Command(name = "status", description = "Shows everything that is known about each node.")
  static final class Status extends ListVerb {
    @Override
    List<Column<Node>> columns() {
      return EVERYTHING;
    }
  }

  /** Asks for all nodes and shows some columns of them. */
  abstract static class ListVerb extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    abstract List<Column<Node>> columns();

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            List<Node> nodes =
                client.admin().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList();
            output.show(out(), columns(), nodes);
            return 0;
          });
    }
  }

  @Command(
      name = "drain",
      description = {
        "Moves all leaderships away from a node and marks it draining.",
        "Its replicas stay; stop the process afterwards to take it down for a while."
      })
  static final class Drain extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "NODE",
        description = "Id of the node that is asked; may be left out.")
    private int node;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            client.admin().drainNode(DrainNodeRequest.newBuilder().setNode(node).build());
            say((node == 0 ? "the node" : "node " + node) + " leads no range any more");
            return 0;
          });
    }
  }
}
