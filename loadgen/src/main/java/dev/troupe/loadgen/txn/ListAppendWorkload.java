package dev.troupe.loadgen.txn;

import dev.troupe.client.Lock;
import dev.troupe.client.Transaction;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Fate;
import dev.troupe.loadgen.txn.Step.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of appends to lists and reads of them. That they are strictly serializable is for a
 * checker of the history to say; here: a transaction sees its own appends, lists hold what was
 * appended, once, and at the end nothing acknowledged is missing.
 */
final class ListAppendWorkload implements TxnWorkload {
  private static final int OPERATIONS_MAX = 4;
  private static final int APPENDS_PER_KEY = 64;
  private static final int BATCH = 100;

  /** An append, or a read when there is no value. */
  private record Micro(long key, @Nullable Long append, Lock lock) {
    List<Object> told(@Nullable List<Long> read) {
      return append == null ? History.told("r", key, read) : History.told("append", key, append);
    }
  }

  private final TxnKeys keys;
  private final TxnChecks checks = new TxnChecks();
  private final Fates fates = new Fates();
  private final AtomicLongArray active;
  private final AtomicLong nextKey;

  /**
   * @param activeKeys how many lists grow at a time; full ones are replaced by new ones
   */
  ListAppendWorkload(int activeKeys, String run) {
    this.keys = new TxnKeys("list-append", run);
    this.active = new AtomicLongArray(activeKeys);
    for (int i = 0; i < activeKeys; i++) {
      active.set(i, i);
    }
    this.nextKey = new AtomicLong(activeKeys);
  }

  @Override
  public void step(TxnUser user) {
    List<Micro> micros = draw(user.random());
    boolean writes = micros.stream().anyMatch(micro -> micro.append() != null);
    Result<List<@Nullable List<Long>>> result =
        user.run(
            Step.interactive(
                writes ? OperationKind.TRANSACTION : OperationKind.READ,
                "txn",
                micros.stream().map(micro -> micro.told(null)).toList(),
                tx -> run(tx, micros),
                reads -> tell(micros, reads)));
    for (Micro micro : micros) {
      if (micro.append() != null) {
        fates.settle(micro.key(), micro.append(), result.fate());
        if (result.ok()) {
          checks.countWrite();
        }
      }
    }
    if (result.value() != null) {
      check(micros, result.value());
    }
  }

  private List<Micro> draw(SplittableRandom random) {
    List<Micro> micros = new ArrayList<>();
    int count = 1 + random.nextInt(OPERATIONS_MAX);
    for (int i = 0; i < count; i++) {
      int slot = random.nextInt(active.length());
      long key = active.get(slot);
      Lock lock = random.nextInt(4) == 0 ? Lock.WAIT : Lock.NONE;
      Long append = null;
      if (random.nextBoolean()) {
        append = fates.newValue(key);
        if (append >= APPENDS_PER_KEY && active.get(slot) == key) {
          active.compareAndSet(slot, key, nextKey.getAndIncrement());
        }
      }
      micros.add(new Micro(key, append, lock));
    }
    return micros;
  }

  private List<@Nullable List<Long>> run(Transaction tx, List<Micro> micros) {
    List<@Nullable List<Long>> reads = new ArrayList<>();
    for (Micro micro : micros) {
      byte[] value = tx.get(keys.key(micro.key()), micro.lock());
      if (micro.append() == null) {
        reads.add(value == null ? null : parse(value));
      } else {
        String before = value == null ? "" : new String(value, StandardCharsets.UTF_8) + ",";
        tx.put(keys.key(micro.key()), TxnKeys.utf8(before + micro.append()));
        reads.add(null);
      }
    }
    return reads;
  }

  private static List<Long> parse(byte[] value) {
    return Arrays.stream(new String(value, StandardCharsets.UTF_8).split(","))
        .map(Long::valueOf)
        .toList();
  }

  private static List<List<Object>> tell(List<Micro> micros, List<@Nullable List<Long>> reads) {
    List<List<Object>> told = new ArrayList<>();
    for (int i = 0; i < micros.size(); i++) {
      told.add(micros.get(i).told(reads.get(i)));
    }
    return told;
  }

  /** Within one transaction a list changes by its own appends only. */
  private void check(List<Micro> micros, List<@Nullable List<Long>> reads) {
    Map<Long, List<Long>> known = new HashMap<>();
    Map<Long, List<Long>> own = new HashMap<>();
    for (int i = 0; i < micros.size(); i++) {
      Micro micro = micros.get(i);
      List<Long> appended = own.computeIfAbsent(micro.key(), k -> new ArrayList<>());
      List<Long> before = known.get(micro.key());
      if (micro.append() != null) {
        appended.add(micro.append());
        if (before != null) {
          before.add(micro.append());
        }
        continue;
      }
      List<Long> read = reads.get(i) == null ? List.of() : reads.get(i);
      int others = read.size() - appended.size();
      checks.require(
          others >= 0 && read.subList(others, read.size()).equals(appended),
          "OWN_WRITE_UNSEEN",
          "list %d is %s and should end with %s",
          micro.key(),
          read,
          appended);
      checks.require(
          before == null || before.equals(read),
          "UNREPEATABLE_READ",
          "list %d was %s and is %s",
          micro.key(),
          String.valueOf(before),
          read);
      known.put(micro.key(), new ArrayList<>(read));
      checkContent(micro.key(), read);
    }
  }

  private void checkContent(long key, List<Long> list) {
    checks.countRead();
    checks.require(
        new HashSet<>(list).size() == list.size(), "APPENDED_TWICE", "list %d: %s", key, list);
    checks.require(
        list.stream().allMatch(value -> fates.fate(key, value) != null),
        "FROM_NOWHERE",
        "list %d: %s",
        key,
        list);
  }

  @Override
  public void finish(TroupeClient client) {
    List<Long> all = List.copyOf(fates.keys());
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Long> some = all.subList(from, Math.min(all.size(), from + BATCH));
      List<byte[]> values =
          client.transaction(tx -> tx.getAll(some.stream().map(keys::key).toList(), Lock.NONE));
      for (int i = 0; i < some.size(); i++) {
        byte[] value = values.get(i);
        checkFinally(some.get(i), value == null ? List.of() : parse(value));
      }
    }
  }

  private void checkFinally(long key, List<Long> list) {
    checkContent(key, list);
    List<Long> missing = new ArrayList<>(fates.written(key));
    missing.removeAll(list);
    checks.require(missing.isEmpty(), "LOST", "list %d lacks %s: %s", key, missing, list);
    List<Long> failed =
        list.stream().filter(value -> fates.fate(key, value) == Fate.FAILED).toList();
    checks.require(failed.isEmpty(), "FAILED_BUT_WRITTEN", "list %d has %s: %s", key, failed, list);
  }

  @Override
  public VerificationResult result() {
    return checks.result(fates.keys().size());
  }
}
