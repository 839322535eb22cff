package dev.troupe.loadgen.txn;

import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClient;
import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.report.RunStats;
import dev.troupe.loadgen.run.BlockingUser;
import dev.troupe.loadgen.txn.Step.Fate;
import dev.troupe.loadgen.txn.Step.Result;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One user of a workload: carries out its steps, counts them and records them. With a history each
 * transaction is attempted once; otherwise the client runs it again where nothing has happened.
 */
public final class TxnUser implements BlockingUser {
  private static final long PAUSE_FIRST_MILLIS = 1;
  private static final long PAUSE_MAX_MILLIS = 64;

  private final TxnWorkload workload;
  private final TroupeClient client;
  private final TransactionOptions options;
  private final TxnCounts counts;
  private final RunStats.Pauses pauses;
  private final SplittableRandom random;
  private final @Nullable History history;
  private int process;
  private long startNanos;
  private long pauseMillis = PAUSE_FIRST_MILLIS;
  private boolean failed;

  public TxnUser(
      TxnWorkload workload,
      TroupeClient client,
      TransactionOptions options,
      TxnCounts counts,
      SplittableRandom random,
      @Nullable History history) {
    this.workload = workload;
    this.client = client;
    this.options = counts.counting(history == null ? options : options.withAttempts(1));
    this.counts = counts;
    this.pauses = counts.newPauses();
    this.random = random;
    this.history = history;
    this.process = history == null ? 0 : history.newProcess();
  }

  SplittableRandom random() {
    return random;
  }

  @Override
  public void step(long start) throws InterruptedException {
    startNanos = start;
    failed = false;
    workload.step(this);
    if (failed) {
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(2 * pauseMillis, PAUSE_MAX_MILLIS);
    } else {
      pauseMillis = PAUSE_FIRST_MILLIS;
    }
  }

  /** Carries out a transaction. */
  <T> Result<T> run(Step<T> step) {
    record(step, History.Type.INVOKE, step.invoked());
    T value;
    try {
      value = step.action().run(client, options);
    } catch (Abandoned e) {
      counts.onAbandoned();
      record(step, History.Type.FAIL, step.invoked());
      return new Result<>(Fate.FAILED, null);
    } catch (TroupeClientException e) {
      return failed(step, e);
    }
    record(step, History.Type.OK, step.completed().apply(value));
    counts.onCommit(step.kind(), pauses, startNanos);
    return new Result<>(Fate.OK, value);
  }

  private <T> Result<T> failed(Step<T> step, TroupeClientException failure) {
    failed = true;
    counts.onFailure(failure);
    boolean unknown = failure.retry() == Retry.UNKNOWN_OUTCOME;
    record(step, unknown ? History.Type.INFO : History.Type.FAIL, step.invoked());
    if (unknown && history != null) {
      process = history.newProcess();
    }
    return new Result<>(unknown ? Fate.UNKNOWN : Fate.FAILED, null);
  }

  private void record(Step<?> step, History.Type type, java.util.List<?> value) {
    if (history != null) {
      history.record(process, type, step.function(), value);
    }
  }
}
