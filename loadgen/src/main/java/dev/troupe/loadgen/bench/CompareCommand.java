package dev.troupe.loadgen.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures clusters that run already, in turn, cell by cell. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Runs puts and gets against each cluster in turn and prints a table.")
final class CompareCommand implements Callable<Integer> {
  private static final int WARM_UP_CLIENTS = 16;
  private static final int PRELOAD_BATCH = 100;
  private static final int ETCD_BULK_BATCH = 125;
  private static final double NANOS_PER_SECOND = 1e9;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--system",
      required = true,
      paramLabel = "LABEL=API@HOSTS@PIDS",
      description = "A cluster; API is etcd, pipeline or unary. The last one is the reference.")
  private List<String> systems = List.of();

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

  @Option(names = "--idle-seconds", defaultValue = "20")
  private int idleSeconds;

  @Option(
      names = "--settle-seconds",
      defaultValue = "20",
      description = "Time before the nodes count as idle. (${DEFAULT-VALUE})")
  private int settleSeconds;

  @Option(names = "--keys", defaultValue = "50000")
  private long keys;

  @Option(names = "--value-size", defaultValue = "128")
  private int valueBytes;

  @Option(
      names = "--bulk-rows",
      defaultValue = "1000000",
      description = "Rows of the bulk load; 0 for none. (${DEFAULT-VALUE})")
  private long bulkRows;

  @Option(
      names = "--bulk-batch",
      defaultValue = "500",
      description = "Rows per batch; etcd gets 125, as it takes 128 at most. (${DEFAULT-VALUE})")
  private int bulkBatch;

  @Option(names = "--output", paramLabel = "FILE", description = "The tables, as Markdown.")
  private @Nullable Path output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<CellRunner> runners = new ArrayList<>();
    try {
      for (String system : systems) {
        runners.add(new CellRunner(Contender.parse(system), valueBytes));
      }
      ComparisonReport report =
          new ComparisonReport(runners.stream().map(r -> r.contender().label()).toList());
      measure(runners, report, out);
      String tables = report.markdown();
      out.println(tables);
      out.flush();
      if (output != null) {
        Files.writeString(output, tables);
      }
      return 0;
    } finally {
      runners.forEach(CellRunner::close);
    }
  }

  private void measure(List<CellRunner> runners, ComparisonReport report, PrintWriter out)
      throws InterruptedException {
    List<CellRunner> clusters = onePerCluster(runners);
    idle(clusters, report, "idle, empty", out);
    for (CellRunner runner : clusters) {
      runner.load("user", keys, PRELOAD_BATCH);
    }
    for (CellRunner runner : runners) {
      say(out, "warm-up " + runner.contender().label());
      runner.warmUp(WARM_UP_CLIENTS, keys, Duration.ofSeconds(warmUpSeconds));
    }
    for (int repetition = 1; repetition <= repetitions; repetition++) {
      for (Cell.Kind kind : Cell.Kind.values()) {
        for (int count : clients) {
          for (CellRunner runner : runners) {
            measure(runner, new Cell(kind, count), report, out);
          }
        }
      }
    }
    for (CellRunner runner : bulkRows == 0 ? List.<CellRunner>of() : clusters) {
      boolean etcd = runner.contender().dialect() == EtcdDialect.INSTANCE;
      CellResult result = runner.load("bulk", bulkRows, etcd ? ETCD_BULK_BATCH : bulkBatch);
      say(out, "bulk load " + runner.contender().label() + ": " + result);
      report.add("bulk load, rows", runner.contender().label(), result);
    }
    idle(clusters, report, "idle, after the load", out);
  }

  private void measure(CellRunner runner, Cell cell, ComparisonReport report, PrintWriter out)
      throws InterruptedException {
    CellResult result =
        runner.measure(
            cell, keys, Duration.ofSeconds(rampSeconds), Duration.ofSeconds(cellSeconds));
    say(out, cell.label() + " " + runner.contender().label() + ": " + result);
    report.add(cell.label(), runner.contender().label(), result);
  }

  private void idle(
      List<CellRunner> clusters, ComparisonReport report, String when, PrintWriter out)
      throws InterruptedException {
    if (idleSeconds == 0) {
      return;
    }
    say(out, "watching idle nodes");
    TimeUnit.SECONDS.sleep(settleSeconds);
    List<Double> before =
        clusters.stream().map(r -> ProcessProbe.cpuSeconds(r.contender().pids())).toList();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(idleSeconds);
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    for (int i = 0; i < clusters.size(); i++) {
      Contender contender = clusters.get(i).contender();
      double used = ProcessProbe.cpuSeconds(contender.pids()) - before.get(i);
      report.addIdle(contender, when, used / seconds);
    }
  }

  private static List<CellRunner> onePerCluster(List<CellRunner> runners) {
    List<CellRunner> distinct = new ArrayList<>();
    for (CellRunner runner : runners) {
      if (distinct.stream().noneMatch(o -> o.contender().sameClusterAs(runner.contender()))) {
        distinct.add(runner);
      }
    }
    return distinct;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
