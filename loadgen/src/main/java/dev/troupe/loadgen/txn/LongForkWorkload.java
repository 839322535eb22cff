package dev.troupe.loadgen.txn;

import dev.troupe.client.Lock;
import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.txn.Step.Fate;
import dev.troupe.loadgen.txn.Step.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are written once, in groups that are read as a whole: of two reads one has seen all
 * that the other has, or they disagree about the order of the writes. Source: Jepsen's long-fork.
 */
final class LongForkWorkload implements TxnWorkload {
  private static final int GROUP = 6;
  private static final int GROUPS_REMEMBERED = 10_000;

  /** One group of keys; sets of them are bit masks. */
  private static final class Group {
    private final long number;
    private final Set<Integer> reads = new HashSet<>();
    private int begun;
    private int acknowledged;
    private int failed;

    Group(long number) {
      this.number = number;
    }

    /** The next key to write; null when all have been. */
    synchronized @Nullable Integer nextSlot() {
      int slot = Integer.bitCount(begun);
      if (slot == GROUP) {
        return null;
      }
      begun |= 1 << slot;
      return slot;
    }

    synchronized int acknowledged() {
      return acknowledged;
    }

    synchronized void settle(int slot, Fate fate) {
      switch (fate) {
        case OK -> acknowledged |= 1 << slot;
        case FAILED -> failed |= 1 << slot;
        case UNKNOWN -> begun |= 1 << slot;
      }
    }

    synchronized void check(TxnChecks checks, int least, int mask) {
      checks.countRead();
      checks.require(
          (least & ~mask) == 0,
          "STALE_READ",
          "group %d: read %s, acknowledged before %s",
          number,
          bits(mask),
          bits(least));
      checks.require(
          (mask & ~begun) == 0 && (mask & failed) == 0,
          "FROM_NOWHERE",
          "group %d: read %s, written %s, failed %s",
          number,
          bits(mask),
          bits(begun),
          bits(failed));
      if (reads.add(mask)) {
        for (int other : reads) {
          checks.require(
              (mask & ~other) == 0 || (other & ~mask) == 0,
              "LONG_FORK",
              "group %d: read %s and %s",
              number,
              bits(mask),
              bits(other));
        }
      }
    }

    private static String bits(int mask) {
      return Integer.toBinaryString(mask | 1 << GROUP).substring(1);
    }
  }

  private final TxnKeys keys;
  private final TxnChecks checks = new TxnChecks();
  private final Map<Long, Group> groups = new ConcurrentHashMap<>();
  private final AtomicLongArray active;
  private final AtomicLong nextGroup;

  LongForkWorkload(int activeGroups, String run) {
    this.keys = new TxnKeys("long-fork", run);
    this.active = new AtomicLongArray(activeGroups);
    for (int i = 0; i < activeGroups; i++) {
      active.set(i, i);
    }
    this.nextGroup = new AtomicLong(activeGroups);
  }

  @Override
  public void step(TxnUser user) {
    int index = user.random().nextInt(active.length());
    Group group = group(active.get(index));
    Integer slot = user.random().nextInt(4) == 0 ? group.nextSlot() : Integer.valueOf(-1);
    if (slot == null) {
      // All are written: it is read once more, and another one takes its place.
      active.compareAndSet(index, group.number, nextGroup.getAndIncrement());
      groups.remove(group.number - GROUPS_REMEMBERED);
      read(user, group);
    } else if (slot < 0) {
      read(user, group);
    } else {
      write(user, group, slot);
    }
  }

  private Group group(long number) {
    return groups.computeIfAbsent(number, Group::new);
  }

  private void write(TxnUser user, Group group, int slot) {
    long key = group.number * GROUP + slot;
    List<List<Object>> told = List.of(List.of("w", key, 1));
    Result<Boolean> result =
        user.run(
            Step.interactive(
                OperationKind.UPDATE,
                "txn",
                told,
                tx -> {
                  tx.put(keys.key(key), TxnKeys.number(1));
                  return true;
                },
                done -> told));
    group.settle(slot, result.fate());
    if (result.ok()) {
      checks.countWrite();
    }
  }

  private void read(TxnUser user, Group group) {
    int least = group.acknowledged();
    Result<Integer> result =
        user.run(
            Step.interactive(
                OperationKind.READ,
                "txn",
                tell(group, 0),
                tx -> read(tx, group),
                mask -> tell(group, mask)));
    if (result.value() != null) {
      group.check(checks, least, result.value());
    }
  }

  private int read(dev.troupe.client.Transaction tx, Group group) {
    List<byte[]> names = new ArrayList<>();
    for (int slot = 0; slot < GROUP; slot++) {
      names.add(keys.key(group.number * GROUP + slot));
    }
    List<byte[]> values = tx.getAll(names, Lock.NONE);
    int mask = 0;
    for (int slot = 0; slot < GROUP; slot++) {
      mask |= values.get(slot) == null ? 0 : 1 << slot;
    }
    return mask;
  }

  private static List<List<Object>> tell(Group group, int mask) {
    List<List<Object>> told = new ArrayList<>();
    for (int slot = 0; slot < GROUP; slot++) {
      Integer value = (mask & 1 << slot) == 0 ? null : 1;
      told.add(History.told("r", group.number * GROUP + slot, value));
    }
    return told;
  }

  @Override
  public void finish(TroupeClient client) {
    for (Group group : groups.values()) {
      int mask = client.transaction(tx -> read(tx, group));
      group.check(checks, group.acknowledged(), mask);
    }
  }

  @Override
  public VerificationResult result() {
    return checks.result(groups.size() * (long) GROUP);
  }
}
