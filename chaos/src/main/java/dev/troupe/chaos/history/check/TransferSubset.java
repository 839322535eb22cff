package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp.Transfer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether some of the transfers make up a difference of balances: all sums that can be reached,
 * transfer by transfer, for each group of accounts between which transfers run. When the last
 * transfer of an account is through, sums that leave a difference there are dropped.
 */
final class TransferSubset {
  /** Sums kept at a time, after which it is given up. */
  private static final int SUMS_MAX = 200_000;

  private TransferSubset() {}

  /** Null when there are too many possibilities. */
  static @Nullable Boolean explains(Map<Key, Long> difference, List<Transfer> transfers) {
    Map<Key, List<Transfer>> groups = groups(transfers);
    Set<Key> touched = new HashSet<>();
    for (Transfer transfer : transfers) {
      touched.add(transfer.from());
      touched.add(transfer.to());
    }
    for (var account : difference.entrySet()) {
      if (account.getValue() != 0 && !touched.contains(account.getKey())) {
        return false;
      }
    }
    boolean undecided = false;
    for (List<Transfer> group : groups.values()) {
      Boolean possible = groupExplains(difference, group);
      if (possible == null) {
        undecided = true;
      } else if (!possible) {
        return false;
      }
    }
    return undecided ? null : true;
  }

  private static Map<Key, List<Transfer>> groups(List<Transfer> transfers) {
    Map<Key, Key> parents = new HashMap<>();
    for (Transfer transfer : transfers) {
      parents.put(root(parents, transfer.from()), root(parents, transfer.to()));
    }
    Map<Key, List<Transfer>> groups = new LinkedHashMap<>();
    for (Transfer transfer : transfers) {
      groups.computeIfAbsent(root(parents, transfer.from()), k -> new ArrayList<>()).add(transfer);
    }
    return groups;
  }

  private static Key root(Map<Key, Key> parents, Key account) {
    Key root = account;
    for (Key parent; (parent = parents.get(root)) != null && !parent.equals(root); ) {
      root = parent;
    }
    return root;
  }

  private static @Nullable Boolean groupExplains(
      Map<Key, Long> difference, List<Transfer> transfers) {
    Map<Key, Integer> positions = new HashMap<>();
    for (Transfer transfer : transfers) {
      positions.putIfAbsent(transfer.from(), positions.size());
      positions.putIfAbsent(transfer.to(), positions.size());
    }
    List<Transfer> sorted = new ArrayList<>(transfers);
    sorted.sort(
        Comparator.comparingInt(
            t -> Math.min(position(positions, t.from()), position(positions, t.to()))));
    List<Long> wanted = new ArrayList<>(java.util.Collections.nCopies(positions.size(), 0L));
    positions.forEach(
        (account, position) -> wanted.set(position, difference.getOrDefault(account, 0L)));
    Set<List<Long>> sums = Set.of(List.copyOf(wanted));
    for (int i = 0; i < sorted.size(); i++) {
      Transfer transfer = sorted.get(i);
      int from = position(positions, transfer.from());
      int to = position(positions, transfer.to());
      boolean fromDone = isDone(sorted, i, transfer.from());
      boolean toDone = isDone(sorted, i, transfer.to());
      Set<List<Long>> next = new HashSet<>();
      for (List<Long> left : sums) {
        List<Long> taken = new ArrayList<>(left);
        taken.set(from, taken.get(from) + transfer.amount());
        taken.set(to, taken.get(to) - transfer.amount());
        for (List<Long> sum : List.of(left, taken)) {
          boolean dead = (fromDone && sum.get(from) != 0) || (toDone && sum.get(to) != 0);
          if (!dead) {
            next.add(sum);
          }
        }
      }
      if (next.size() > SUMS_MAX) {
        return null;
      }
      sums = next;
    }
    return !sums.isEmpty();
  }

  private static int position(Map<Key, Integer> positions, Key account) {
    return positions.getOrDefault(account, 0);
  }

  private static boolean isDone(List<Transfer> transfers, int last, Key account) {
    for (int i = last + 1; i < transfers.size(); i++) {
      if (transfers.get(i).from().equals(account) || transfers.get(i).to().equals(account)) {
        return false;
      }
    }
    return true;
  }
}
