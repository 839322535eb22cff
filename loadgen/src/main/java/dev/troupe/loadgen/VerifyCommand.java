package dev.troupe.loadgen;

import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.ReportFormat;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.verify.LedgerReader;
import dev.troupe.loadgen.verify.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks later what an earlier run has written. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks that every write that a ledger calls acknowledged is there.",
      "Exit codes: 0 all well, 1 verification failed, 2 wrong usage, 5 no node answered."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(
      names = "--ledger",
      required = true,
      paramLabel = "FILE",
      description = "Written by 'workload run --ledger FILE'.")
  private @Nullable Path ledger;

  @Option(
      names = "--concurrency",
      defaultValue = "16",
      description = "Reads under way at a time. (${DEFAULT-VALUE})")
  private int concurrency = 16;

  @Option(
      names = "--verify-timeout",
      defaultValue = "60s",
      converter = DurationOption.class,
      description = "How long the reading may take. (${DEFAULT-VALUE})")
  private Duration verifyTimeout = Duration.ofSeconds(60);

  @Option(
      names = "--format",
      defaultValue = "table",
      converter = EnumOption.Format.class,
      description = "table or json. (${DEFAULT-VALUE})")
  private ReportFormat format = ReportFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    LedgerReader read = read(command, Objects.requireNonNull(ledger));
    try (LoadClient client = target.open(read.namespace())) {
      Optional<String> unreachable = ClusterProbe.awaitService(client, target.patience());
      if (unreachable.isPresent()) {
        command.commandLine().getErr().println("no cluster to check: " + unreachable.get());
        return ExitCodes.UNREACHABLE;
      }
      VerificationResult result =
          Verification.readBack(client, concurrency, read.keys(), verifyTimeout);
      command.commandLine().getOut().print(format.print(result));
      command.commandLine().getOut().flush();
      return result.passed() ? ExitCodes.OK : ExitCodes.CHECK_FAILED;
    }
  }

  private static LedgerReader read(CommandSpec command, Path ledger) {
    try {
      return LedgerReader.read(ledger);
    } catch (IOException e) {
      throw new ParameterException(
          command.commandLine(), "cannot read the ledger " + ledger + ": " + e.getMessage());
    }
  }
}
