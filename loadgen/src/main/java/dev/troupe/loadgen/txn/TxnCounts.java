package dev.troupe.loadgen.txn;

import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.RunStats;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.report.TransactionFigures;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how the transactions of a run end. Any thread. */
public final class TxnCounts {
  private static final java.util.Set<String> CONFLICTS =
      java.util.Set.of("TXN_CONFLICT", "DEADLOCK");

  private final RunStats stats;
  private final LongAdder retries = new LongAdder();
  private final LongAdder abandoned = new LongAdder();

  public TxnCounts(RunStats stats) {
    this.stats = stats;
  }

  /** The warm-up is over. */
  public void beginMeasurement() {
    retries.reset();
    abandoned.reset();
  }

  TransactionOptions counting(TransactionOptions options) {
    return options.withOnRetry(
        why -> {
          retries.increment();
          onFailure(why);
        });
  }

  void onFailure(TroupeClientException failure) {
    stats.recordFailure(
        new Outcome.Failed(
            failure.reason(), String.valueOf(failure.getMessage()), failure.retry()));
  }

  void onAbandoned() {
    abandoned.increment();
  }

  void onCommit(OperationKind kind, RunStats.Pauses pauses, long startNanos) {
    long now = System.nanoTime();
    stats.record(kind, now - startNanos);
    if (kind.writes()) {
      pauses.onWrite(now);
    }
  }

  RunStats.Pauses newPauses() {
    return stats.newPauses();
  }

  /** The figures beside the summary of the same run. */
  public TransactionFigures figures(Summary summary) {
    Map<String, Long> errors = summary.troubles().errors();
    return new TransactionFigures(
        summary.operations(),
        CONFLICTS.stream().mapToLong(reason -> errors.getOrDefault(reason, 0L)).sum(),
        retries.sum(),
        summary.troubles().ambiguous(),
        abandoned.sum());
  }
}
