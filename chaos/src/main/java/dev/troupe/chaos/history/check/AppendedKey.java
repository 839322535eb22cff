package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that happened to the list of one key, and what can be seen from it alone. As lists only grow,
 * the longest list that was read is the order of the versions, if all the others are its prefixes
 * (Elle, §4.2).
 */
final class AppendedKey {
  /**
   * Who appended an element.
   *
   * @param position of the step in its transaction
   * @param last whether the transaction appended nothing to this key afterwards
   */
  record Append(Attempt by, int position, boolean last) {}

  /**
   * @param external what was there before the reader's own appends
   */
  record Read(Attempt by, Values values, Values external) {}

  private final Key key;
  private final int number;
  private final Map<Long, Append> appends = new LinkedHashMap<>();
  private final List<Read> reads = new ArrayList<>();
  private @Nullable Read longest;
  private boolean ordered = true;
  private Set<Long> observed = Set.of();

  AppendedKey(Key key, int number) {
    this.key = key;
    this.number = number;
  }

  Key key() {
    return key;
  }

  int number() {
    return number;
  }

  List<Read> reads() {
    return reads;
  }

  Map<Long, Append> appends() {
    return appends;
  }

  /** Whether the order of versions is known: {@link #order}. */
  boolean isOrdered() {
    return ordered;
  }

  Values order() {
    return longest == null ? Values.of() : longest.values();
  }

  boolean wasObserved(long value) {
    return observed.contains(value);
  }

  void add(Attempt by, long value, int position, boolean last) {
    if (appends.put(value, new Append(by, position, last)) != null) {
      throw new UnfitHistoryException(
          "%d is appended to %s twice: each value may be appended to a key once"
              .formatted(value, key));
    }
  }

  void add(Read read) {
    reads.add(read);
    if (longest == null || read.values().size() > longest.values().size()) {
      longest = read;
    }
  }

  /** Looks for what is wrong with the lists themselves; must come before all other questions. */
  void inspect(Findings findings) {
    Set<Values> different = new LinkedHashSet<>();
    for (Read read : reads) {
      if (!read.values().isPrefixOf(order())) {
        ordered = false;
        different.add(read.values());
        findings.add(
            "incompatible-order",
            "neither of two reads of %s continues the other%n  %s%n  %s",
            key,
            read.by(),
            longest == null ? "" : longest.by());
      }
    }
    Set<Long> seen = new HashSet<>();
    if (longest != null) {
      inspect(longest, seen, findings);
      for (Read read : reads) {
        if (different.remove(read.values())) {
          inspect(read, seen, findings);
        }
      }
    }
    observed = seen;
    findIntermediateReads(findings);
    findLost(findings);
  }

  private void inspect(Read read, Set<Long> seen, Findings findings) {
    Set<Long> inThis = new HashSet<>();
    Append failed = null;
    Append before = null;
    boolean dirty = false;
    for (int i = 0; i < read.values().size(); i++) {
      long value = read.values().get(i);
      Append append = appends.get(value);
      if (!inThis.add(value)) {
        ordered = false;
        findings.add("duplicate-append", "%d stands twice in %s%n  %s", value, key, read.by());
      }
      if (append == null) {
        if (seen.add(value)) {
          findings.add("garbage-read", "nobody appended %d to %s%n  %s", value, key, read.by());
        }
        continue;
      }
      if (before != null && before.by() == append.by() && before.position() > append.position()) {
        findings.add(
            "incompatible-order",
            "%d of %s comes after what its transaction appended later%n  %s%n  %s",
            value,
            key,
            read.by(),
            append.by());
      }
      before = append;
      if (append.by().outcome() == Outcome.FAILED) {
        failed = append;
        if (seen.add(value)) {
          findings.add(
              "G1a",
              "aborted read: %d was appended to %s by a transaction that failed%n  %s%n  %s",
              value,
              key,
              read.by(),
              append.by());
        }
      } else if (failed != null && !dirty) {
        dirty = true;
        findings.add(
            "dirty-update",
            "%d was appended to %s on top of what a failed transaction appended%n  %s%n  %s",
            value,
            key,
            append.by(),
            failed.by());
      }
      seen.add(value);
    }
  }

  private void findIntermediateReads(Findings findings) {
    for (Read read : reads) {
      if (read.external().isEmpty()) {
        continue;
      }
      Append append = appends.get(read.external().last());
      if (append != null && append.by() == read.by()) {
        findings.add(
            "internal",
            "%d of %s was read before it was appended%n  %s",
            read.external().last(),
            key,
            read.by());
      }
      boolean committing = append != null && append.by().outcome() != Outcome.FAILED;
      if (append != null && committing && !append.last() && append.by() != read.by()) {
        findings.add(
            "G1b",
            "intermediate read: %d was not the last that its transaction appended to %s%n  %s%n "
                + " %s",
            read.external().last(),
            key,
            read.by(),
            append.by());
      }
    }
  }

  private void findLost(Findings findings) {
    Read latest = null;
    for (Read read : reads) {
      if (latest == null || read.by().invokedAt() > latest.by().invokedAt()) {
        latest = read;
      }
      if (read.by().isFinalRead()) {
        findMissing(read, findings);
      }
    }
    if (latest == null || latest.by().isFinalRead()) {
      return;
    }
    for (var append : appends.entrySet()) {
      if (isAcknowledgedBefore(append.getValue(), latest) && !wasObserved(append.getKey())) {
        reportLost(append.getKey(), append.getValue(), latest, findings);
      }
    }
  }

  private void findMissing(Read last, Findings findings) {
    Set<Long> present = new HashSet<>();
    for (int i = 0; i < last.values().size(); i++) {
      present.add(last.values().get(i));
    }
    for (var append : appends.entrySet()) {
      if (isAcknowledgedBefore(append.getValue(), last) && !present.contains(append.getKey())) {
        reportLost(append.getKey(), append.getValue(), last, findings);
      }
    }
  }

  private static boolean isAcknowledgedBefore(Append append, Read read) {
    return append.by().isOk() && append.by().precedes(read.by());
  }

  private void reportLost(long value, Append append, Read read, Findings findings) {
    findings.add(
        "lost-append",
        "%d was appended to %s and acknowledged, and is missing%n  %s%n  %s",
        value,
        key,
        append.by(),
        read.by());
  }
}
