package dev.troupe.loadgen.bench;

import dev.troupe.client.Lock;
import dev.troupe.client.Transaction;
import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.workload.Keys;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** One kind of transaction that is measured. */
enum TxnCell {
  /** No transaction at all, by the Kv service: what the next one is to be compared with. */
  PLAIN_PUT("plain put"),
  /** The same, but a transaction, from the same clients: they differ in what the server does. */
  EXECUTE_PUT("execute of one put"),
  ONE_PUT("transaction of one put"),
  ONE_UPDATE("transaction of one get and put"),
  /** By the client of applications, whose users are threads. */
  EXECUTE_PUT_WAITING("execute of one put, waiting client"),
  EXECUTE_TWO("execute of two puts on both sides"),
  /** Two accounts of many: hardly ever in anybody's way. */
  TRANSFER("transfer, uncontended"),
  /** One account takes part in all transfers, and is locked when it is read. */
  TRANSFER_HOT("transfer, one hot account, locked"),
  /** As before, but commit finds out. */
  TRANSFER_HOT_UNLOCKED("transfer, one hot account, not locked");

  /** Accounts are on two sides of the key space: split at "m" they are in two ranges. */
  static final String LEFT = "left";

  static final String RIGHT = "right";

  private final String label;

  TxnCell(String label) {
    this.label = label;
  }

  String label(int clients) {
    return label + ", " + clients;
  }

  static TxnCell parse(String name) {
    return valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Runs one transaction. */
  void run(
      TroupeClient client,
      TransactionOptions options,
      SplittableRandom random,
      long accounts,
      byte[] value) {
    byte[] left = key(LEFT, random.nextLong(accounts));
    byte[] right = key(RIGHT, random.nextLong(accounts));
    byte[] hot = key(LEFT, 0);
    switch (this) {
      case PLAIN_PUT, EXECUTE_PUT -> throw new IllegalStateException("nobody waits for it");
      case ONE_PUT -> client.transact(options, tx -> tx.put(left, value));
      case ONE_UPDATE ->
          client.transact(options, tx -> tx.put(left, changed(tx.get(left), 1, value)));
      case EXECUTE_PUT_WAITING -> client.execute().with(options).thenPut(left, value).run();
      case EXECUTE_TWO ->
          client.execute().with(options).thenPut(left, value).thenPut(right, value).run();
      case TRANSFER -> client.transact(options, tx -> transfer(tx, left, right, Lock.NONE, value));
      case TRANSFER_HOT ->
          client.transact(options, tx -> transfer(tx, hot, right, Lock.WAIT, value));
      case TRANSFER_HOT_UNLOCKED ->
          client.transact(options, tx -> transfer(tx, hot, right, Lock.NONE, value));
    }
  }

  private static void transfer(Transaction tx, byte[] from, byte[] to, Lock lock, byte[] missing) {
    List<byte[]> both = tx.getAll(List.of(from, to), lock);
    tx.put(from, changed(both.get(0), -1, missing));
    tx.put(to, changed(both.get(1), 1, missing));
  }

  /** The balance is in the first bytes of the value. */
  private static byte[] changed(
      byte @org.jspecify.annotations.Nullable [] before, long by, byte[] missing) {
    byte[] value = (before == null ? missing : before).clone();
    ByteBuffer buffer = ByteBuffer.wrap(value);
    buffer.putLong(0, buffer.getLong(0) + by);
    return value;
  }

  private static byte[] key(String side, long account) {
    return new Keys(side, 1).key(account).toByteArray();
  }
}
