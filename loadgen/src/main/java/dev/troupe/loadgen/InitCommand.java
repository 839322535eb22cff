package dev.troupe.loadgen;

import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.HistogramLog;
import dev.troupe.loadgen.report.Report;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.txn.TxnKind;
import dev.troupe.loadgen.workload.Keys;
import dev.troupe.loadgen.workload.LoadScript;
import dev.troupe.loadgen.workload.ValuePool;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the keys that a workload works on. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Writes the keys that 'run' reads; those that are there already get new values.")
final class InitCommand implements Callable<Integer> {
  private static final int BATCH_MAX = 10_000;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final TargetOptions target = new TargetOptions();
  @Mixin private final DataOptions data = new DataOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--concurrency",
      defaultValue = "8",
      description = "Batches under way at a time. (${DEFAULT-VALUE})")
  private int concurrency = 8;

  @Option(
      names = "--batch-size",
      defaultValue = "200",
      description = "Keys per atomic batch; 1 for single puts. (${DEFAULT-VALUE})")
  private int batchSize = 200;

  @Option(
      names = "--duration",
      defaultValue = "1h",
      converter = DurationOption.class,
      description = "When to give up. (${DEFAULT-VALUE})")
  private Duration duration = Duration.ofHours(1);

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    if (batchSize < 1 || batchSize > BATCH_MAX || concurrency < 1) {
      throw new ParameterException(
          command.commandLine(), "--batch-size goes from 1 to 10000, --concurrency from 1 on");
    }
    Optional<TxnKind> kind = data.transactions();
    if (kind.isPresent()) {
      return load(command, kind.get());
    }
    Keys keys = new Keys(Keys.LOADED_PREFIX, data.keys());
    ValuePool values = new ValuePool(data.valueBytes(), data.seed());
    AtomicLong nextBatch = new AtomicLong();
    try (LoadClient client = target.open();
        HistogramLog histograms = output.openHistograms()) {
      Optional<String> unreachable = ClusterProbe.awaitService(client, target.patience());
      if (unreachable.isPresent()) {
        command.commandLine().getErr().println("no cluster to load: " + unreachable.get());
        return ExitCodes.UNREACHABLE;
      }
      LoadRun.Observer observer = output.observer(command.commandLine().getErr(), histograms);
      LoadRun run = new LoadRun(LoadRun.Plan.untilDone(concurrency, duration), observer);
      Summary summary =
          run.execute(client, user -> new LoadScript(keys, values, batchSize, nextBatch));
      return finish(command, summary, nextBatch.get() * batchSize >= data.keys());
    }
  }

  private int load(CommandSpec command, TxnKind kind) {
    try (TxnClients clients = target.openTransactions()) {
      kind.create(data.keys(kind), "").load(clients.client(0));
      return ExitCodes.OK;
    } catch (TroupeClientException e) {
      command.commandLine().getErr().println("cannot load: " + e.getMessage());
      return ExitCodes.UNREACHABLE;
    }
  }

  private int finish(CommandSpec command, Summary summary, boolean complete) {
    Map<String, Object> settings = new LinkedHashMap<>();
    target.describe(settings);
    data.describe(settings);
    settings.put("batches_under_way", concurrency);
    settings.put("batch_size", batchSize);
    settings.put("rows_per_second", Math.round(data.keys() / summary.seconds()));
    Report report = new Report(data.workload().label() + " init", settings, summary, null);
    command.commandLine().getOut().print(output.format().print(report));
    command.commandLine().getOut().flush();
    boolean refused = summary.troubles().refusals() > 0;
    return complete && !refused ? ExitCodes.OK : ExitCodes.CHECK_FAILED;
  }
}
