package dev.troupe.loadgen.txn;

import dev.troupe.client.ExecuteResult;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Fate;
import dev.troupe.loadgen.txn.Step.Result;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes and compare-and-set of single keys, these by one call each. That they are
 * linearizable is for a checker of the history to say; here: what is read was written, and not by a
 * transaction that failed.
 */
final class RegisterWorkload implements TxnWorkload {
  private final TxnKeys keys;
  private final TxnChecks checks = new TxnChecks();
  private final Fates fates = new Fates();
  private final int registers;

  /** Values seen last: what a compare-and-set expects, so that it often succeeds. 0 for none. */
  private final AtomicLongArray seen;

  RegisterWorkload(int registers, String run) {
    this.keys = new TxnKeys("register", run);
    this.registers = registers;
    this.seen = new AtomicLongArray(registers);
  }

  @Override
  public void step(TxnUser user) {
    int key = user.random().nextInt(registers);
    switch (user.random().nextInt(4)) {
      case 0 -> write(user, key);
      case 1 -> compareAndSet(user, key);
      default -> read(user, key);
    }
  }

  private void read(TxnUser user, int key) {
    // Wrapped, as what is read may be null.
    Result<List<@Nullable Long>> result =
        user.run(
            Step.interactive(
                OperationKind.READ,
                "txn",
                List.of(History.told("r", key, null)),
                tx -> java.util.Collections.singletonList(TxnKeys.number(tx.get(keys.key(key)))),
                value -> List.of(History.told("r", key, value.get(0)))));
    if (result.value() != null) {
      check(key, result.value().get(0));
    }
  }

  private void write(TxnUser user, int key) {
    long value = fates.newValue(key);
    List<List<Object>> told = List.of(History.told("w", key, value));
    Result<Boolean> result =
        user.run(
            Step.interactive(
                OperationKind.UPDATE,
                "txn",
                told,
                tx -> {
                  tx.put(keys.key(key), TxnKeys.number(value));
                  return true;
                },
                done -> told));
    settle(key, value, result.fate());
  }

  private void compareAndSet(TxnUser user, int key) {
    long expected = seen.get(key);
    if (expected == 0) {
      read(user, key);
      return;
    }
    long value = fates.newValue(key);
    List<List<Object>> told = List.of(History.told("cas", key, List.of(expected, value)));
    Result<ExecuteResult> result =
        user.run(
            new Step<>(
                OperationKind.READ_MODIFY_WRITE,
                "txn",
                told,
                (client, options) -> swap(client.execute().with(options), key, expected, value),
                done -> told));
    settle(key, value, result.fate());
  }

  private ExecuteResult swap(
      dev.troupe.client.Execute execute, int key, long expected, long value) {
    ExecuteResult result =
        execute
            .ifValue(keys.key(key), TxnKeys.number(expected))
            .thenPut(keys.key(key), TxnKeys.number(value))
            .elseGet(keys.key(key))
            .run();
    if (!result.matched()) {
      check(key, TxnKeys.number(result.value(0)));
      throw new Abandoned("not the value expected");
    }
    return result;
  }

  private void settle(int key, long value, Fate fate) {
    fates.settle(key, value, fate);
    if (fate == Fate.OK) {
      checks.countWrite();
      seen.set(key, value);
    }
  }

  private void check(int key, @Nullable Long value) {
    checks.countRead();
    if (value != null) {
      seen.set(key, value);
      Fate fate = fates.fate(key, value);
      checks.require(fate != null, "FROM_NOWHERE", "register %d is %d", key, value);
      checks.require(fate != Fate.FAILED, "FAILED_BUT_WRITTEN", "register %d is %d", key, value);
    }
  }

  @Override
  public void finish(TroupeClient client) {
    for (int key = 0; key < registers; key++) {
      byte[] name = keys.key(key);
      long value = client.transaction(tx -> TxnKeys.numberOr(tx.get(name), 0));
      check(key, value == 0 ? null : value);
      checks.require(
          value != 0 || fates.written(key).isEmpty(), "LOST", "register %d is empty", key);
    }
  }

  @Override
  public VerificationResult result() {
    return checks.result(registers);
  }
}
