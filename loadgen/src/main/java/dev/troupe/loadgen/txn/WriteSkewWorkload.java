package dev.troupe.loadgen.txn;

import dev.troupe.client.Lock;
import dev.troupe.client.Transaction;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of numbers whose sum must not fall below zero. A transaction reads both and writes one: two
 * that each write another one are each right by themselves, and wrong together.
 */
final class WriteSkewWorkload implements TxnWorkload {
  private static final int AMOUNT_MAX = 10;

  /** What a transaction has seen, and what it wrote instead of one of them. */
  private record Change(long left, long right, @Nullable Long written) {
    long sum() {
      return left + right;
    }
  }

  private final TxnKeys keys;
  private final TxnChecks checks = new TxnChecks();
  private final int pairs;

  WriteSkewWorkload(int pairs, String run) {
    this.keys = new TxnKeys("write-skew", run);
    this.pairs = pairs;
  }

  @Override
  public void step(TxnUser user) {
    SplittableRandom random = user.random();
    int pair = random.nextInt(pairs);
    int side = random.nextInt(2);
    int amount = 1 + random.nextInt(AMOUNT_MAX);
    boolean writes = random.nextInt(4) != 0;
    Result<Change> result =
        user.run(
            Step.interactive(
                writes ? OperationKind.TRANSACTION : OperationKind.READ,
                "txn",
                tell(pair, side, null, writes),
                tx -> change(tx, pair, side, amount, writes),
                change -> tell(pair, side, change, writes)));
    if (result.value() != null) {
      check(pair, result.value());
      if (writes) {
        checks.countWrite();
      }
    }
  }

  private Change change(Transaction tx, int pair, int side, int amount, boolean writes) {
    List<byte[]> both = tx.getAll(List.of(keys.key(2L * pair), keys.key(2L * pair + 1)), Lock.NONE);
    long left = TxnKeys.numberOr(both.get(0), 0);
    long right = TxnKeys.numberOr(both.get(1), 0);
    if (!writes) {
      return new Change(left, right, null);
    }
    long before = side == 0 ? left : right;
    long after = left + right >= amount ? before - amount : before + amount;
    tx.put(keys.key(2L * pair + side), TxnKeys.number(after));
    return new Change(left, right, after);
  }

  private void check(int pair, Change change) {
    checks.countRead();
    checks.require(
        change.sum() >= 0,
        "WRITE_SKEW",
        "pair %d: %d + %d is below zero",
        pair,
        change.left(),
        change.right());
  }

  private static List<List<Object>> tell(
      int pair, int side, @Nullable Change change, boolean writes) {
    List<List<Object>> told = new ArrayList<>();
    told.add(History.told("r", 2 * pair, change == null ? null : (Object) change.left()));
    told.add(History.told("r", 2 * pair + 1, change == null ? null : (Object) change.right()));
    if (writes) {
      told.add(History.told("w", 2 * pair + side, change == null ? null : change.written()));
    }
    return told;
  }

  @Override
  public void finish(TroupeClient client) {
    for (int pair = 0; pair < pairs; pair++) {
      int number = pair;
      check(number, client.transaction(tx -> change(tx, number, 0, 0, false)));
    }
  }

  @Override
  public VerificationResult result() {
    return checks.result(2L * pairs);
  }
}
