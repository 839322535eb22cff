package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.client.NodeClient;
import dev.troupe.v1.AddReplicaRequest;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.MoveReplicaRequest;
import dev.troupe.v1.Range;
import dev.troupe.v1.RemoveReplicaRequest;
import dev.troupe.v1.Replica;
import dev.troupe.v1.SplitPart;
import dev.troupe.v1.SplitRangeRequest;
import dev.troupe.v1.SplitRangeResponse;
import dev.troupe.v1.TransferLeaderRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The verbs on ranges. */
@Command(
    name = "range",
    description = "Lists, inspects, moves, splits and merges ranges.",
    subcommands = {
      RangeCommand.Ls.class,
      RangeCommand.Show.class,
      RangeCommand.TransferLeader.class,
      RangeCommand.AddReplica.class,
      RangeCommand.RemoveReplica.class,
      RangeCommand.Move.class,
      RangeCommand.Split.class,
      RangeMerge.class
    })
final class RangeCommand extends VerbGroup {
  private static final List<Column<Range>> RANGE =
      List.of(
          Column.of("id", Range::getId),
          Column.of("start", range -> KeyText.printable(range.getStart())),
          Column.jsonOnly("start_base64", range -> KeyText.base64(range.getStart())),
          Column.of("end", range -> KeyText.printable(range.getEnd())),
          Column.jsonOnly("end_base64", range -> KeyText.base64(range.getEnd())),
          Column.of("leader", range -> range.getLeader() == 0 ? null : range.getLeader()),
          Column.of(
              "replicas", range -> range.getReplicasList().stream().map(Replica::getNode).toList()),
          Column.jsonOnly("generation", Range::getGeneration),
          Column.jsonOnly("term", Range::getTerm),
          Column.jsonOnly("commit_index", Range::getCommitIndex),
          Column.of("applied_index", Range::getAppliedIndex),
          Column.jsonOnly("log_entries", Range::getLogEntries),
          Column.of("approximate_bytes", Range::getApproximateBytes),
          Column.of("writes_per_second", Range::getWritesPerSecond),
          Column.of("reads_per_second", Range::getReadsPerSecond));

  private static final List<Column<Replica>> REPLICA =
      List.of(
          Column.of("replica", Replica::getId),
          Column.of("node", Replica::getNode),
          Column.of("role", Replica::getRole),
          Column.of("last_index", Replica::getLastIndex),
          Column.of("applied_index", Replica::getAppliedIndex),
          Column.of("reachable", Replica::getReachable));

  /** What a split or a merge has made. */
  static final List<Column<SplitPart>> PART =
      List.of(
          Column.of("id", SplitPart::getId),
          Column.of("start", part -> KeyText.printable(part.getStart())),
          Column.jsonOnly("start_base64", part -> KeyText.base64(part.getStart())),
          Column.of("end", part -> KeyText.printable(part.getEnd())),
          Column.jsonOnly("end_base64", part -> KeyText.base64(part.getEnd())),
          Column.jsonOnly("generation", SplitPart::getGeneration));

  private static List<Range> ranges(NodeClient client) {
    return client.admin().listRanges(ListRangesRequest.getDefaultInstance()).getRangesList();
  }

  @Command(name = "ls", description = "Lists the ranges of the cluster.")
  static final class Ls extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            output.show(out(), RANGE, ranges(client));
            return 0;
          });
    }
  }

  @Command(name = "show", description = "Shows one range and each of its replicas.")
  static final class Show extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    @Parameters(index = "0", paramLabel = "RANGE", description = "Id of the range.")
    private long range;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            Range found =
                ranges(client).stream()
                    .filter(candidate -> candidate.getId() == range)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new CliFailure(
                                ExitCode.FAILED,
                                "there is no range " + range,
                                "`troupe range ls` shows the ranges"));
            show(found);
            return 0;
          });
    }

    private void show(Range found) {
      if (output.json()) {
        JsonText.line(out(), RANGE, found);
        out().flush();
        return;
      }
      for (Column<Range> column : RANGE) {
        Object value = column.value().apply(found);
        out().printf("%-18s %s%n", column.name(), value == null ? "-" : value);
      }
      out().println();
      output.show(out(), REPLICA, found.getReplicasList());
    }
  }

  /** A verb that changes where a range lives, for one range and one node. */
  abstract static class Change extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "RANGE", description = "Id of the range.")
    private long range;

    @Parameters(index = "1", paramLabel = "NODE", description = "Id of the node.")
    private int node;

    abstract void order(NodeClient client, long range, int node);

    abstract String done(long range, int node);

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            order(client, range, node);
            say(done(range, node));
            return 0;
          });
    }
  }

  @Command(name = "transfer-leader", description = "Makes a node lead a range.")
  static final class TransferLeader extends Change {
    @Override
    void order(NodeClient client, long range, int node) {
      var request = TransferLeaderRequest.newBuilder().setRange(range).setNode(node);
      client.admin().transferLeader(request.build());
    }

    @Override
    String done(long range, int node) {
      return "node " + node + " leads range " + range;
    }
  }

  @Command(
      name = "add-replica",
      description = "Adds a replica on a node; returns when it has caught up and votes.")
  static final class AddReplica extends Change {
    @Override
    void order(NodeClient client, long range, int node) {
      client
          .admin()
          .addReplica(AddReplicaRequest.newBuilder().setRange(range).setNode(node).build());
    }

    @Override
    String done(long range, int node) {
      return "node " + node + " holds a replica of range " + range;
    }
  }

  @Command(name = "remove-replica", description = "Removes the replica on a node.")
  static final class RemoveReplica extends Change {
    @Override
    void order(NodeClient client, long range, int node) {
      client
          .admin()
          .removeReplica(RemoveReplicaRequest.newBuilder().setRange(range).setNode(node).build());
    }

    @Override
    String done(long range, int node) {
      return "node " + node + " holds no replica of range " + range + " any more";
    }
  }

  @Command(name = "move", description = "Moves a replica from one node to another.")
  static final class Move extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "RANGE", description = "Id of the range.")
    private long range;

    @Parameters(index = "1", paramLabel = "FROM", description = "Id of the node to take it from.")
    private int from;

    @Parameters(index = "2", paramLabel = "TO", description = "Id of the node to put it on.")
    private int to;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            client
                .admin()
                .moveReplica(
                    MoveReplicaRequest.newBuilder()
                        .setRange(range)
                        .setFromNode(from)
                        .setToNode(to)
                        .build());
            say("range " + range + " has moved from node " + from + " to node " + to);
            return 0;
          });
    }
  }

  @Command(
      name = "split",
      description = {
        "Splits the range that holds a key, so that the key begins a range.",
        "It stays so until 'troupe range merge' puts the two together again.",
        "Nothing else is done, successfully, when it begins one already."
      })
  static final class Split extends Verb implements Callable<Integer> {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BorderOptions named = new BorderOptions();

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            SplitRangeRequest.Builder request =
                SplitRangeRequest.newBuilder().setKey(named.key(key));
            String namespace = named.namespace();
            if (namespace != null) {
              request.setNamespace(namespace);
            }
            show(client.admin().splitRange(request.build()));
            return 0;
          });
    }

    private void show(SplitRangeResponse done) {
      List<SplitPart> parts = List.of(done.getLeft(), done.getRight());
      output.show(out(), PART, parts);
      if (!output.json()) {
        long left = done.getLeft().getId();
        long right = done.getRight().getId();
        say(
            done.getSplit()
                ? "range " + left + " was split: range " + right + " begins with the key"
                : "range " + right + " began with the key already: nothing was done");
      }
    }
  }
}
