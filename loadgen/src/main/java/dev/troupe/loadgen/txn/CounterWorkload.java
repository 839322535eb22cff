package dev.troupe.loadgen.txn;

import dev.troupe.client.Lock;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Fate;
import dev.troupe.loadgen.txn.Step.Result;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters that are read and incremented: a value lies between the increments acknowledged before
 * it was asked for, and those begun before it was answered without those that have failed.
 */
final class CounterWorkload implements TxnWorkload {
  private static final int READ_PERCENT = 30;

  private final TxnKeys keys;
  private final TxnChecks checks = new TxnChecks();
  private final int counters;
  private final AtomicLongArray begun;
  private final AtomicLongArray acknowledged;
  private final AtomicLongArray failed;

  CounterWorkload(int counters, String run) {
    this.keys = new TxnKeys("counter", run);
    this.counters = counters;
    this.begun = new AtomicLongArray(counters);
    this.acknowledged = new AtomicLongArray(counters);
    this.failed = new AtomicLongArray(counters);
  }

  @Override
  public void step(TxnUser user) {
    int counter = user.random().nextInt(counters);
    if (user.random().nextInt(100) < READ_PERCENT) {
      read(user, counter);
    } else {
      increment(user, counter);
    }
  }

  private void increment(TxnUser user, int counter) {
    Lock lock = user.random().nextBoolean() ? Lock.WAIT : Lock.NONE;
    byte[] key = keys.key(counter);
    List<List<Object>> told = List.of(History.told("inc", counter, 1));
    begun.incrementAndGet(counter);
    Result<Boolean> result =
        user.run(
            Step.interactive(
                OperationKind.TRANSACTION,
                "inc",
                told,
                tx -> {
                  tx.put(key, TxnKeys.number(TxnKeys.numberOr(tx.get(key, lock), 0) + 1));
                  return true;
                },
                done -> told));
    if (result.ok()) {
      acknowledged.incrementAndGet(counter);
      checks.countWrite();
    } else if (result.fate() == Fate.FAILED) {
      failed.incrementAndGet(counter);
    }
  }

  private void read(TxnUser user, int counter) {
    long least = acknowledged.get(counter);
    Result<Long> result =
        user.run(
            Step.interactive(
                OperationKind.READ,
                "read",
                List.of(History.told("r", counter, null)),
                tx -> TxnKeys.numberOr(tx.get(keys.key(counter)), 0),
                value -> List.of(History.told("r", counter, value))));
    if (result.value() != null) {
      check(counter, least, result.value());
    }
  }

  private void check(int counter, long least, long value) {
    // Failures first: one that is counted here and not yet there would lower the bound wrongly.
    long failures = failed.get(counter);
    long most = begun.get(counter) - failures;
    checks.countRead();
    checks.require(
        value >= least, "LOST", "counter %d is %d, acknowledged %d", counter, value, least);
    checks.require(
        value <= most, "COUNTED_TWICE", "counter %d is %d, at most %d", counter, value, most);
  }

  @Override
  public void finish(TroupeClient client) {
    for (int counter = 0; counter < counters; counter++) {
      byte[] key = keys.key(counter);
      long value = client.transaction(tx -> TxnKeys.numberOr(tx.get(key), 0));
      check(counter, acknowledged.get(counter), value);
    }
  }

  @Override
  public VerificationResult result() {
    return checks.result(counters);
  }
}
