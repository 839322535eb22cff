package dev.troupe.node.cli;

import com.google.protobuf.ByteString;
import dev.troupe.node.ExitCode;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.TxnOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verbs on transactions. */
@Command(
    name = "txn",
    description = "Looks at transactions.",
    footer = {
      "",
      "Example:",
      "  troupe txn outcome --id 7c4c0f5e-93a1-4d3b-8b0a-0d9a5c1f3e21 --first-key greeting"
    },
    subcommands = {TxnCommand.Outcome.class})
final class TxnCommand extends VerbGroup {
  private static final List<Column<GetTransactionOutcomeResponse>> OUTCOME =
      List.of(
          Column.of("outcome", answer -> name(answer.getOutcome())),
          Column.of(
              "version",
              answer ->
                  answer.getVersion() == 0 ? null : Long.toUnsignedString(answer.getVersion())));

  @Command(
      name = "outcome",
      description = {
        "Tells what became of a transaction whose answer was lost:",
        "committed, aborted, pending, or unknown (never began to commit, or too long ago)."
      })
  static final class Outcome extends KvCommand.KeyVerb {
    @Mixin private OutputOptions output = new OutputOptions();

    @Option(
        names = "--id",
        required = true,
        paramLabel = "UUID",
        description = "The transaction's id, as 36 characters.")
    private String id = "";

    @Option(
        names = "--first-key",
        required = true,
        paramLabel = "KEY",
        description = {
          "The key that an interactive transaction wrote first;",
          "of an Execute the first key in it, comparisons before operations."
        })
    private String firstKey = "";

    @Override
    public Integer call() {
      GetTransactionOutcomeRequest request =
          GetTransactionOutcomeRequest.newBuilder()
              .setTransactionId(idBytes(id))
              .setFirstKey(bytes(firstKey))
              .setNamespace(namespace)
              .build();
      return connection.with(
          client -> {
            output.show(out(), OUTCOME, List.of(client.txn().getTransactionOutcome(request)));
            return 0;
          });
    }
  }

  private static ByteString idBytes(String text) {
    TxnId id;
    try {
      id = TxnId.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      throw new CliFailure(
          ExitCode.USAGE, "\"" + text + "\" is not the id of a transaction (a UUID)", "");
    }
    return ByteString.copyFrom(
        ByteBuffer.allocate(TxnId.BYTES).putLong(id.high()).putLong(id.low()).flip());
  }

  private static String name(TxnOutcome outcome) {
    return outcome.name().replace("TXN_OUTCOME_", "").toLowerCase(Locale.ROOT);
  }
}
