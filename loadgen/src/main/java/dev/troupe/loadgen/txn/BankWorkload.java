package dev.troupe.loadgen.txn;

import dev.troupe.client.KeyValue;
import dev.troupe.client.Lock;
import dev.troupe.client.Scan;
import dev.troupe.client.Transaction;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Transfers between accounts: every read of all of them finds the same total and no debts. The
 * accounts stay for the next run.
 */
final class BankWorkload implements TxnWorkload {
  private static final long INITIAL_BALANCE = 100;
  private static final int AMOUNT_MAX = 5;
  private static final int READ_PERCENT = 20;
  private static final int BATCH = 200;
  private static final byte[] META = TxnKeys.utf8("a/bank/meta");

  private final TxnKeys keys = new TxnKeys("bank", "accounts");
  private final TxnChecks checks = new TxnChecks();
  private int accounts;

  BankWorkload(int accounts) {
    this.accounts = accounts;
  }

  @Override
  public void load(TroupeClient client) {
    client.transact(tx -> tx.delete(META));
    for (int part = 0; part < TxnKeys.PARTS; part++) {
      Scan some = Scan.prefix(keys.prefix(part)).withKeysOnly().withLimit(BATCH);
      while (client.transaction(tx -> deleteAll(tx, some)) == BATCH) {
        continue;
      }
    }
    for (int from = 0; from < accounts; from += BATCH) {
      int first = from;
      int end = Math.min(accounts, from + BATCH);
      client.transact(
          tx -> {
            for (int i = first; i < end; i++) {
              tx.put(keys.key(i), TxnKeys.number(INITIAL_BALANCE));
            }
          });
    }
    // Last, so that what was interrupted does not look complete.
    client.transact(tx -> tx.put(META, TxnKeys.number(accounts)));
  }

  private static int deleteAll(Transaction tx, Scan scan) {
    List<KeyValue> rows = tx.scan(scan);
    rows.forEach(row -> tx.delete(row.key()));
    return rows.size();
  }

  @Override
  public void begin(TroupeClient client) {
    long loaded = client.transaction(tx -> TxnKeys.numberOr(tx.get(META), 0));
    if (loaded == 0) {
      load(client);
    } else {
      accounts = Math.toIntExact(loaded);
    }
  }

  @Override
  public void step(TxnUser user) {
    if (user.random().nextInt(100) < READ_PERCENT) {
      readAll(user);
    } else {
      transfer(user);
    }
  }

  private void transfer(TxnUser user) {
    SplittableRandom random = user.random();
    int from = random.nextInt(accounts);
    int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
    int amount = 1 + random.nextInt(AMOUNT_MAX);
    // Both ways of reading lead to conflicts of their own kind.
    Lock lock = random.nextBoolean() ? Lock.WAIT : Lock.NONE;
    List<List<Object>> value = List.of(List.of("transfer", from, to, amount));
    Result<Boolean> result =
        user.run(
            Step.interactive(
                OperationKind.TRANSFER,
                "transfer",
                value,
                tx -> transfer(tx, from, to, amount, lock),
                done -> value));
    if (result.ok()) {
      checks.countWrite();
    }
  }

  private boolean transfer(Transaction tx, int from, int to, int amount, Lock lock) {
    List<byte[]> both = tx.getAll(List.of(keys.key(from), keys.key(to)), lock);
    long left = TxnKeys.numberOr(both.get(0), 0) - amount;
    if (left < 0) {
      throw new Abandoned("no debts");
    }
    tx.put(keys.key(from), TxnKeys.number(left));
    tx.put(keys.key(to), TxnKeys.number(TxnKeys.numberOr(both.get(1), 0) + amount));
    return true;
  }

  private void readAll(TxnUser user) {
    boolean scan = user.random().nextBoolean();
    Result<Map<Integer, Long>> result =
        user.run(
            Step.interactive(
                OperationKind.SCAN,
                "read",
                List.of(History.told("balances", null)),
                tx -> scan ? scanAll(tx) : getAll(tx),
                balances -> List.of(History.told("balances", balances))));
    if (result.value() != null) {
      check(result.value());
    }
  }

  private Map<Integer, Long> scanAll(Transaction tx) {
    Map<Integer, Long> balances = new TreeMap<>();
    for (int part = 0; part < TxnKeys.PARTS; part++) {
      for (KeyValue row : tx.scan(Scan.prefix(keys.prefix(part)))) {
        balances.put((int) TxnKeys.index(row.key()), TxnKeys.numberOr(row.value(), 0));
      }
    }
    return balances;
  }

  private Map<Integer, Long> getAll(Transaction tx) {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < accounts; i++) {
      all.add(keys.key(i));
    }
    List<byte[]> values = tx.getAll(all, Lock.NONE);
    Map<Integer, Long> balances = new TreeMap<>();
    for (int i = 0; i < accounts; i++) {
      Long balance = TxnKeys.number(values.get(i));
      if (balance != null) {
        balances.put(i, balance);
      }
    }
    return balances;
  }

  private void check(Map<Integer, Long> balances) {
    checks.countRead();
    long total = balances.values().stream().mapToLong(Long::longValue).sum();
    checks.require(
        balances.size() == accounts,
        "MISSING_ACCOUNT",
        "%d accounts of %d",
        balances.size(),
        accounts);
    checks.require(
        total == accounts * INITIAL_BALANCE,
        "WRONG_TOTAL",
        "%d instead of %d: %s",
        total,
        accounts * INITIAL_BALANCE,
        balances);
    checks.require(
        balances.values().stream().noneMatch(balance -> balance < 0), "DEBT", "%s", balances);
  }

  @Override
  public void finish(TroupeClient client) {
    check(client.transaction(this::scanAll));
    check(client.transaction(this::getAll));
  }

  @Override
  public VerificationResult result() {
    return checks.result(accounts);
  }
}
