package dev.troupe.loadgen;

import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.Report;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.txn.History;
import dev.troupe.loadgen.txn.TxnCounts;
import dev.troupe.loadgen.txn.TxnKind;
import dev.troupe.loadgen.txn.TxnUser;
import dev.troupe.loadgen.txn.TxnWorkload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs a workload of transactions and checks it. */
final class TransactionRun {
  /** Of a transaction with all its attempts, in timeouts of one request. */
  private static final int DEADLINE_TIMEOUTS = 3;

  private final TxnKind kind;
  private final int keys;
  private final long seed;
  private final TargetOptions target;
  private final @Nullable Path historyFile;
  private final PrintWriter err;

  TransactionRun(
      TxnKind kind,
      int keys,
      long seed,
      TargetOptions target,
      @Nullable Path historyFile,
      PrintWriter err) {
    this.kind = kind;
    this.keys = keys;
    this.seed = seed;
    this.target = target;
    this.historyFile = historyFile;
    this.err = err;
  }

  /**
   * Runs it to its end.
   *
   * @param verify whether everything is read and checked once more at the end
   */
  Report execute(
      LoadRun.Plan plan, LoadRun.Observer observer, boolean verify, Map<String, Object> settings)
      throws IOException, InterruptedException {
    // Unlike all draws this must differ between runs of the same seed: it names their keys.
    String run = Long.toHexString(new SecureRandom().nextLong());
    TxnWorkload workload = kind.create(keys, run);
    settings.put("keys", keys);
    settings.put("seed", seed);
    try (TxnClients clients = target.openTransactions();
        History history = historyFile == null ? null : new History(historyFile)) {
      workload.begin(clients.client(0));
      CountingObserver counting = new CountingObserver(observer);
      LoadRun load = new LoadRun(plan, counting);
      TxnCounts counts = new TxnCounts(load.stats());
      counting.counts = counts;
      TransactionOptions options =
          TransactionOptions.DEFAULT.withDeadline(target.timeout().multipliedBy(DEADLINE_TIMEOUTS));
      Summary summary;
      try (EarlyEnd earlyEnd = new EarlyEnd(load)) {
        summary =
            load.executeBlocking(
                user ->
                    new TxnUser(
                        workload,
                        clients.client(user),
                        options,
                        counts,
                        new SplittableRandom(seed + user),
                        history));
      }
      VerificationResult result = verify ? finish(workload, clients) : workload.result();
      return new Report(kind.label(), settings, summary, result, counts.figures(summary));
    }
  }

  private VerificationResult finish(TxnWorkload workload, TxnClients clients) {
    try {
      workload.finish(clients.client(0));
      return workload.result();
    } catch (TroupeClientException e) {
      err.println("what was written could not be read back: " + e.getMessage());
      VerificationResult soFar = workload.result();
      Map<String, Long> findings = new TreeMap<>(soFar.findings());
      findings.put("UNREADABLE", 1L);
      return new VerificationResult(
          soFar.acknowledgedWrites(),
          soFar.keys(),
          soFar.checkedReads(),
          findings,
          List.of(String.valueOf(e.getMessage())));
    }
  }

  /** Forgets with the others what was counted during the warm-up. */
  private static final class CountingObserver implements LoadRun.Observer {
    private final LoadRun.Observer next;
    private @Nullable TxnCounts counts;

    CountingObserver(LoadRun.Observer next) {
      this.next = next;
    }

    @Override
    public void onInterval(
        long sinceStartNanos,
        boolean warmingUp,
        Map<OperationKind, Histogram> latencies,
        long errors) {
      next.onInterval(sinceStartNanos, warmingUp, latencies, errors);
    }

    @Override
    public void onMeasurementBegun() {
      if (counts != null) {
        counts.beginMeasurement();
      }
      next.onMeasurementBegun();
    }

    @Override
    public void onMeasurementEnded() {
      next.onMeasurementEnded();
    }
  }
}
