package dev.troupe.loadgen.workload;

import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.run.Script;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fills the store: users take batches of neighbouring keys in turn. A batch that straddles two
 * ranges is written key by key.
 */
public final class LoadScript implements Script {
  private static final String CROSS_RANGE = "CROSS_RANGE_BATCH";

  private final Keys keys;
  private final ValuePool values;
  private final int batch;
  private final AtomicLong nextBatch;

  private long first;
  private long end;
  private boolean oneByOne;

  /**
   * @param keys their present number is how many are written
   * @param nextBatch shared by all users, starting at 0
   */
  public LoadScript(Keys keys, ValuePool values, int batch, AtomicLong nextBatch) {
    this.keys = keys;
    this.values = values;
    this.batch = batch;
    this.nextBatch = nextBatch;
  }

  @Override
  public boolean advance() {
    first = nextBatch.getAndIncrement() * batch;
    end = Math.min(first + batch, keys.existing());
    oneByOne = batch == 1;
    return first < end;
  }

  @Override
  public OperationKind kind() {
    return OperationKind.LOAD;
  }

  @Override
  public Operation operation() {
    if (oneByOne) {
      return put(first);
    }
    List<Operation.Put> puts = new ArrayList<>(batch);
    for (long i = first; i < end; i++) {
      puts.add(put(i));
    }
    return new Operation.Batch(puts);
  }

  @Override
  public boolean onAnswer(Outcome outcome) {
    return !oneByOne || ++first >= end;
  }

  @Override
  public boolean onFailed(Outcome.Failed failure) {
    if (failure.reason().equals(CROSS_RANGE)) {
      oneByOne = true;
      return true;
    }
    // Loading is idempotent, hence a lost answer is no reason to give up either.
    return failure.retry() != Retry.NEVER;
  }

  private Operation.Put put(long index) {
    return new Operation.Put(keys.key(index), values.value((int) index));
  }
}
