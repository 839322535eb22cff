package dev.troupe.chaos;

import dev.troupe.chaos.sqlload.SqlKind;
import dev.troupe.chaos.sqlload.SqlRun;
import dev.troupe.loadgen.EarlyEnd;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sqlload}: a workload of SQL whose history can be judged. */
@Command(
    name = "sqlload",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a workload of SQL by PostgreSQL's JDBC driver and records its history, for 'check'.",
      "At the end, or at SIGTERM, everything is read, and each index is compared with its table.",
      "Tables of the names lists, entries, accounts and transfers are dropped!"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:no fault was seen; the history is still to be judged",
      "1:faults were seen",
      "2:wrong usage, or no server is there"
    })
public final class SqlLoadCommand implements Callable<Integer> {
  /** What a client needs to outlive a node that is dead or stopped. */
  private static final String URL =
      "jdbc:postgresql://%s/defaultdb?user=root&sslmode=disable&connectTimeout=3&loginTimeout=10"
          + "&socketTimeout=15&%s";

  /** Users differ in how they speak to the server. */
  private static final List<String> MODES =
      List.of("preferQueryMode=extended", "prepareThreshold=1", "preferQueryMode=simple");

  /** After the end of a run everything is read and each index compared with its table. */
  private static final Duration REPORT_LIMIT = Duration.ofMinutes(2);

  @Option(
      names = "--workload",
      required = true,
      converter = KindName.class,
      paramLabel = "WORKLOAD",
      description = "list-append or bank.")
  private @Nullable SqlKind kind;

  @Option(
      names = "--host",
      split = ",",
      defaultValue = "127.0.0.1:7432",
      paramLabel = "HOST:PORT",
      description = "SQL addresses of the nodes (default: ${DEFAULT-VALUE}).")
  private List<String> hosts = List.of();

  @Option(names = "--seconds", defaultValue = "60", description = "Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--users", defaultValue = "6", description = "Default: ${DEFAULT-VALUE}.")
  private int users;

  @Option(
      names = "--keys",
      description = "Accounts (default: 16), or lists that grow at a time (10).")
  private @Nullable Integer keys;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Parameters(paramLabel = "FILE", description = "Where the history goes.")
  private Path file = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  /** Reads a workload as it is written on the command line. */
  static final class KindName implements CommandLine.ITypeConverter<SqlKind> {
    @Override
    public SqlKind convert(String text) {
      return Arrays.stream(SqlKind.values())
          .filter(known -> known.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of %s".formatted(text, List.of(SqlKind.values()))));
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLine command = Objects.requireNonNull(spec, "not run by picocli").commandLine();
    PrintWriter out = command.getOut();
    SqlKind chosen = Objects.requireNonNull(kind, "picocli requires it");
    int keysChosen = keys == null ? chosen.keysDefault() : keys;
    if (seconds < 1 || users < 1 || keysChosen < 2) {
      throw new CommandLine.ParameterException(
          command, "--seconds and --users must be at least 1, --keys at least 2");
    }
    var plan = new SqlRun.Plan(urls(), users, Duration.ofSeconds(seconds), seed);
    SqlRun run = SqlRun.of(chosen, keysChosen, plan, SystemClocks.monotonic());
    try (EarlyEnd early = new EarlyEnd(run::stop, REPORT_LIMIT)) {
      SqlRun.Result result = run.execute(Files.newOutputStream(file), () -> say(out, "begun"));
      result.faults().forEach(fault -> say(out, "FAULT " + fault));
      say(out, result.summary());
      say(out, result.indexes() + " indexes compared with their tables");
      boolean good = result.faults().isEmpty() && result.committed() > 0;
      say(out, good ? "no fault" : "faults were seen");
      return good ? 0 : 1;
    } catch (SQLException | IOException e) {
      command.getErr().println("error: " + e.getMessage());
      command.getErr().flush();
      return CommandLine.ExitCode.USAGE;
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private List<String> urls() {
    // Neighbours differ in both, and each mode meets each node.
    return IntStream.range(0, hosts.size() * MODES.size())
        .mapToObj(
            i ->
                URL.formatted(
                    hosts.get(i % hosts.size()), MODES.get((i + i / hosts.size()) % MODES.size())))
        .toList();
  }
}
