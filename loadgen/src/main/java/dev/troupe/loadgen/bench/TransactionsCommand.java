package dev.troupe.loadgen.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what transactions cost on clusters that run already. */
@Command(
    name = "transactions",
    mixinStandardHelpOptions = true,
    description = {
      "Runs plain puts, transactions of one key, and transfers between two, and prints a table.",
      "Accounts are keys beginning with 'left' and 'right': split the namespace at 'm' before, so",
      "that a transfer takes two ranges. The column 'errors' counts attempts that had to be run",
      "again, too."
    })
final class TransactionsCommand implements Callable<Integer> {
  private static final int WARM_UP_CLIENTS = 16;
  private static final int VALUE_BYTES_MIN = Long.BYTES;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--system",
      required = true,
      paramLabel = "LABEL=API@HOSTS@PIDS",
      description =
          "A cluster; API (of the plain puts) is pipeline or unary. The last is the"
              + " reference.")
  private List<String> systems = List.of();

  @Option(
      names = "--cells",
      split = ",",
      description = "What is measured, for example plain-put,transfer. Default: everything.")
  private List<String> cells = List.of();

  @Option(names = "--clients", split = ",", defaultValue = "1,16,64")
  private List<Integer> clients = List.of();

  @Option(names = "--repetitions", defaultValue = "3")
  private int repetitions;

  @Option(names = "--cell-seconds", defaultValue = "10")
  private int cellSeconds;

  @Option(names = "--ramp-seconds", defaultValue = "2")
  private int rampSeconds;

  @Option(names = "--warmup-seconds", defaultValue = "20")
  private int warmUpSeconds;

  @Option(names = "--accounts", defaultValue = "50000", description = "On each side.")
  private long accounts;

  @Option(names = "--value-size", defaultValue = "128")
  private int valueBytes;

  @Option(names = "--output", paramLabel = "FILE", description = "The table, as Markdown.")
  private @Nullable Path output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<TxnCell> kinds = kinds();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<TxnCellRunner> runners = new ArrayList<>();
    try {
      for (String system : systems) {
        runners.add(new TxnCellRunner(Contender.parse(system), accounts, valueBytes));
      }
      ComparisonReport report =
          new ComparisonReport(runners.stream().map(r -> r.contender().label()).toList());
      measure(runners, kinds, report, out);
      String table = report.markdown();
      out.println(table);
      out.flush();
      if (output != null) {
        Files.writeString(output, table);
      }
      return 0;
    } finally {
      runners.forEach(TxnCellRunner::close);
    }
  }

  private List<TxnCell> kinds() {
    try {
      if (valueBytes < VALUE_BYTES_MIN || accounts < 1) {
        throw new IllegalArgumentException("values have at least 8 bytes, and there are accounts");
      }
      return cells.isEmpty()
          ? Arrays.asList(TxnCell.values())
          : cells.stream().map(TxnCell::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private void measure(
      List<TxnCellRunner> runners, List<TxnCell> kinds, ComparisonReport report, PrintWriter out)
      throws InterruptedException {
    for (TxnCellRunner runner : runners) {
      runner.load();
      for (TxnCell kind : kinds) {
        runner.measure(
            kind,
            WARM_UP_CLIENTS,
            Duration.ZERO,
            Duration.ofSeconds(warmUpSeconds).dividedBy(kinds.size()));
      }
    }
    for (int repetition = 1; repetition <= repetitions; repetition++) {
      for (TxnCell kind : kinds) {
        for (int count : clients) {
          for (TxnCellRunner runner : runners) {
            measure(runner, kind, count, report, out);
          }
        }
      }
    }
  }

  private void measure(
      TxnCellRunner runner, TxnCell kind, int count, ComparisonReport report, PrintWriter out)
      throws InterruptedException {
    CellResult result =
        runner.measure(
            kind, count, Duration.ofSeconds(rampSeconds), Duration.ofSeconds(cellSeconds));
    String label = runner.contender().label();
    out.println(kind.label(count) + " " + label + ": " + result);
    out.flush();
    report.add(kind.label(count), label, result);
  }
}
