package dev.troupe.loadgen;

import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.HistogramLog;
import dev.troupe.loadgen.report.Report;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.run.Script;
import dev.troupe.loadgen.txn.TxnKind;
import dev.troupe.loadgen.verify.Ledger;
import dev.troupe.loadgen.verify.Verification;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.Keys;
import dev.troupe.loadgen.workload.MixScript;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.loadgen.workload.ValuePool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a workload, measures it, and verifies it when asked to. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a workload and reports throughput, latencies, errors and the longest pause.",
      "Exit codes: 0 all well, 1 verification failed or too many errors, 2 wrong usage,"
          + " 5 no node answered."
    })
final class RunCommand implements Callable<Integer> {
  private static final long ERRORS_UNLIMITED = -1;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final TargetOptions target = new TargetOptions();
  @Mixin private final DataOptions data = new DataOptions();
  @Mixin private final PaceOptions pace = new PaceOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--distribution",
      converter = EnumOption.KeyDistribution.class,
      description = "uniform, zipfian, latest or sequential. Default: that of the workload.")
  private @Nullable Distribution distribution;

  @Option(names = "--read-percent", description = "Share of the reads in kv. Default: 50.")
  private @Nullable Integer readPercent;

  @Option(
      names = "--verify",
      description =
          "Write keys of its own and check each answer; at the end every acknowledged write must"
              + " be found.")
  private boolean verify;

  @Option(
      names = "--verify-timeout",
      defaultValue = "60s",
      converter = DurationOption.class,
      description = "How long the reading back may take. (${DEFAULT-VALUE})")
  private Duration verifyTimeout = Duration.ofSeconds(60);

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "Log every write, for 'workload verify --ledger FILE'. Implies --verify.")
  private @Nullable Path ledgerFile;

  @Option(
      names = "--max-errors",
      defaultValue = "" + ERRORS_UNLIMITED,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Most errors before the run counts as failed. Default: any number of those that can be"
              + " retried, none of the others.")
  private long errorsMax = ERRORS_UNLIMITED;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Record what each transaction does, for 'check'. Each is then attempted once: those in"
              + " the way of others fail.")
  private @Nullable Path history;

  @Override
  public Integer call() throws Exception {
    Optional<TxnKind> kind = data.transactions();
    return kind.isPresent() ? callTransactions(kind.get()) : callOperations();
  }

  private int callTransactions(TxnKind kind) throws Exception {
    if (ledgerFile != null || distribution != null || readPercent != null) {
      throw usage(
          new IllegalArgumentException(
              "--ledger, --distribution and --read-percent are not for transactions"));
    }
    LoadRun.Plan plan = plan();
    try (LoadClient client = target.open()) {
      Optional<String> unreachable = ClusterProbe.awaitService(client, target.patience());
      if (unreachable.isPresent()) {
        err().println("no cluster to run against: " + unreachable.get());
        return ExitCodes.UNREACHABLE;
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    pace.describe(settings);
    target.describe(settings);
    try (HistogramLog histograms = output.openHistograms()) {
      TransactionRun run =
          new TransactionRun(kind, data.keys(kind), data.seed(), target, history, err());
      return print(run.execute(plan, output.observer(err(), histograms), verify, settings));
    } catch (TroupeClientException e) {
      err().println("the run could not be prepared: " + e.getMessage());
      return ExitCodes.UNREACHABLE;
    }
  }

  private LoadRun.Plan plan() {
    try {
      return pace.plan();
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private int callOperations() throws Exception {
    if (history != null) {
      throw usage(new IllegalArgumentException("--history is for transactions"));
    }
    OperationMix mix = data.mix(readPercent);
    LoadRun.Plan plan = plan();
    Verification.Scope scope;
    try {
      scope = verify || ledgerFile != null ? scope() : null;
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
    try (LoadClient client = target.open();
        HistogramLog histograms = output.openHistograms()) {
      Optional<String> unreachable = ClusterProbe.awaitService(client, target.patience());
      if (unreachable.isPresent()) {
        err().println("no cluster to run against: " + unreachable.get());
        return ExitCodes.UNREACHABLE;
      }
      LoadRun run = new LoadRun(plan, output.observer(err(), histograms));
      try (EarlyEnd earlyEnd = new EarlyEnd(run)) {
        return scope == null
            ? finish(run.execute(client, scripts(mix)), null)
            : verified(run, client, mix, scope);
      }
    }
  }

  private IntFunction<Script> scripts(OperationMix mix) {
    Keys keys = new Keys(Keys.LOADED_PREFIX, data.keys());
    ValuePool values = new ValuePool(data.valueBytes(), data.seed());
    Distribution chosen = distribution();
    Distribution.Shared shared = new Distribution.Shared(chosen, data.keys());
    return user -> {
      SplittableRandom random = new SplittableRandom(data.seed() + user);
      return new MixScript(mix, keys, chosen.chooser(shared, random), values, random);
    };
  }

  private Verification.Scope scope() {
    return new Verification.Scope(pace.concurrency(), data.keys(), data.valueBytes(), data.seed());
  }

  private int verified(LoadRun run, LoadClient client, OperationMix mix, Verification.Scope scope)
      throws IOException, InterruptedException {
    // Unlike all draws this must differ between runs of the same seed: it names their keys.
    long number = new SecureRandom().nextLong();
    Distribution.Shared shared = new Distribution.Shared(distribution(), data.keys());
    Verification verification;
    Summary summary;
    try (Ledger ledger =
        ledgerFile == null ? null : new Ledger(ledgerFile, number, target.namespace())) {
      verification = new Verification(scope, number, ledger);
      summary = run.execute(client, user -> verification.writer(user, mix, distribution(), shared));
    }
    return finish(summary, verification.readBack(client, verifyTimeout));
  }

  private int finish(Summary summary, @Nullable VerificationResult verification) {
    Map<String, Object> settings = new LinkedHashMap<>();
    pace.describe(settings);
    target.describe(settings);
    data.describe(settings);
    DataOptions.describe(settings, distribution());
    return print(new Report(data.workload().label(), settings, summary, verification));
  }

  private int print(Report report) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(output.format().print(report));
    out.flush();
    return exitCode(report.summary(), report.verification());
  }

  private int exitCode(Summary summary, @Nullable VerificationResult verification) {
    if (verification != null && !verification.passed()) {
      err().println("verification failed");
      return ExitCodes.CHECK_FAILED;
    }
    Summary.Troubles troubles = summary.troubles();
    boolean tooMany =
        errorsMax == ERRORS_UNLIMITED ? troubles.refusals() > 0 : troubles.total() > errorsMax;
    if (tooMany) {
      err().println("too many errors: " + troubles.errors());
      return ExitCodes.CHECK_FAILED;
    }
    if (summary.operations() == 0) {
      err().println("no operation succeeded");
      return ExitCodes.CHECK_FAILED;
    }
    return ExitCodes.OK;
  }

  private Distribution distribution() {
    return distribution == null ? data.workload().distribution() : distribution;
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  private ParameterException usage(IllegalArgumentException e) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
  }
}
