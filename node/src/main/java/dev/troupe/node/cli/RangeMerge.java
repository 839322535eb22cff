package dev.troupe.node.cli;

import dev.troupe.v1.MergeRangeRequest;
import dev.troupe.v1.MergeRangeResponse;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a border between two ranges away. */
@Command(
    name = "merge",
    description = {
      "Merges the range that begins with a key into its left-hand neighbour, which keeps its id.",
      "Both must have their replicas on the same nodes, and all of these must be up.",
      "A border that was made by hand need not stay any more after that.",
      "Nothing else is done, successfully, when the key begins no range."
    })
final class RangeMerge extends Verb implements Callable<Integer> {
  /** Which border. */
  static final class Border {
    @Parameters(
        index = "0",
        paramLabel = "KEY",
        description = "First key of the range that is to go.")
    private @Nullable String key;

    @Option(
        names = "--range",
        paramLabel = "ID",
        description = "Id of the range that is to go, instead of its first key.")
    private @Nullable Long range;
  }

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private BorderOptions named = new BorderOptions();

  @ArgGroup(multiplicity = "1")
  private Border border = new Border();

  @Override
  public Integer call() {
    return connection.with(
        client -> {
          show(client.admin().mergeRange(request()));
          return 0;
        });
  }

  private MergeRangeRequest request() {
    MergeRangeRequest.Builder request = MergeRangeRequest.newBuilder();
    if (border.range != null) {
      return request.setRange(border.range).build();
    }
    request.setKey(named.key(border.key == null ? "" : border.key));
    String namespace = named.namespace();
    return namespace == null ? request.build() : request.setNamespace(namespace).build();
  }

  private void show(MergeRangeResponse done) {
    output.show(out(), RangeCommand.PART, List.of(done.getRange()));
    if (!output.json()) {
      long id = done.getRange().getId();
      say(
          done.getMerged()
              ? "range " + id + " has taken over its right-hand neighbour"
              : "the key is in the middle of range " + id + ": nothing was done");
    }
  }
}
