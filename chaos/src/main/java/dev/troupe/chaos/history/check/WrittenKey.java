package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that happened to one register of the workload rw-register. A version is known by its value;
 * the one before the first write is empty.
 */
final class WrittenKey {
  /**
   * Who wrote a value.
   *
   * @param last whether the transaction did not write this key again
   */
  record Write(Attempt by, boolean last) {}

  private final Key key;
  private final int number;
  private final Map<Long, Write> writes = new LinkedHashMap<>();
  private final Map<Optional<Long>, List<Attempt>> readers = new HashMap<>();

  WrittenKey(Key key, int number) {
    this.key = key;
    this.number = number;
  }

  Key key() {
    return key;
  }

  int number() {
    return number;
  }

  Map<Long, Write> writes() {
    return writes;
  }

  /** Who found this version before any write of its own. */
  List<Attempt> readersOf(Optional<Long> version) {
    return readers.getOrDefault(version, List.of());
  }

  void addWrite(Attempt by, long value, boolean last) {
    if (writes.put(value, new Write(by, last)) != null) {
      throw new UnfitHistoryException(
          "%d is written to %s twice: each value may be written to a key once"
              .formatted(value, key));
    }
  }

  /** Takes a read, unless it is wrong in itself. Writes come first. */
  boolean addRead(Attempt by, Optional<Long> version, Findings findings) {
    if (version.isPresent() && !mayRead(by, version.get(), findings)) {
      return false;
    }
    readers.computeIfAbsent(version, v -> new ArrayList<>()).add(by);
    return true;
  }

  private boolean mayRead(Attempt by, long version, Findings findings) {
    Write write = writes.get(version);
    if (write == null) {
      findings.add("garbage-read", "nobody wrote %d to %s%n  %s", version, key, by);
      return false;
    }
    if (write.by() == by) {
      findings.add("internal", "%s was read as %d before it was written%n  %s", key, version, by);
      return false;
    }
    if (write.by().outcome() == Outcome.FAILED) {
      findings.add(
          "G1a",
          "aborted read: %d was written to %s by a transaction that failed%n  %s%n  %s",
          version,
          key,
          by,
          write.by());
      return false;
    }
    if (!write.last()) {
      findings.add(
          "G1b",
          "intermediate read: %d was not the last that its transaction wrote to %s%n  %s%n  %s",
          version,
          key,
          by,
          write.by());
    }
    // An intermediate version stands for its transaction: it was before the final one anyhow.
    return true;
  }

  boolean wasRead(long version) {
    return readers.containsKey(Optional.of(version));
  }

  /** Two transactions that found the same version and replaced it: one did not see the other. */
  void findLostUpdates(Map<Integer, RwTransaction> transactions, Findings findings) {
    for (var version : readers.entrySet()) {
      Attempt first = null;
      for (Attempt reader : version.getValue()) {
        RwTransaction transaction = Objects.requireNonNull(transactions.get(reader.index()));
        if (!transaction.writes().containsKey(key)) {
          continue;
        }
        if (first != null) {
          findings.add(
              "lost-update",
              "two transactions read %s of %s and wrote it%n  %s%n  %s",
              version.getKey().map(String::valueOf).orElse("nothing"),
              key,
              first,
              reader);
        }
        first = reader;
      }
    }
  }
}
