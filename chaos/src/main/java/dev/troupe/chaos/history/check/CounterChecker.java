package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds of counters that only grow: a read finds at least all increments acknowledged before it
 * began, and at most those asked for before it ended which did not fail. A read of nothing found 0.
 * Reports {@code counter-too-low} (an acknowledged increment is missing), {@code counter-too-high}
 * (one was applied twice, or though it failed) and {@code counter-went-back} (a read finds less
 * than one that was over before it began).
 */
public final class CounterChecker implements HistoryChecker {
  private record Step(long at, long amount) {}

  private record Read(Attempt by, long value) {}

  private static final class Counter {
    final List<Step> acknowledged = new ArrayList<>();
    final List<Step> asked = new ArrayList<>();
    final List<Read> reads = new ArrayList<>();
  }

  @Override
  public CheckResult check(History history) {
    Map<Key, Counter> counters = new LinkedHashMap<>();
    for (Attempt attempt : history.attempts()) {
      for (MicroOp op : attempt.ops()) {
        collect(attempt, op, counters);
      }
    }
    Findings findings = new Findings();
    counters.forEach((key, counter) -> check(key, counter, findings));
    return findings.result();
  }

  private static void collect(Attempt attempt, MicroOp op, Map<Key, Counter> counters) {
    switch (op) {
      case MicroOp.Increment(Key key, long amount) -> {
        if (amount < 0) {
          throw new UnfitHistoryException("'" + op + "': a counter only grows");
        }
        Counter counter = counters.computeIfAbsent(key, k -> new Counter());
        if (attempt.isOk()) {
          counter.acknowledged.add(new Step(attempt.completedAt(), amount));
        }
        if (attempt.outcome() != Outcome.FAILED) {
          counter.asked.add(new Step(attempt.invokedAt(), amount));
        }
      }
      case MicroOp.ReadValue(Key key, long value) -> read(attempt, key, value, counters);
      case MicroOp.ReadNothing(Key key) -> read(attempt, key, 0, counters);
      case MicroOp.Append a -> throw unfit(a);
      case MicroOp.Write w -> throw unfit(w);
      case MicroOp.CompareAndSet c -> throw unfit(c);
      case MicroOp.ReadList r -> throw unfit(r);
      case MicroOp.Transfer t -> throw unfit(t);
      case MicroOp.Balances b -> throw unfit(b);
    }
  }

  private static void read(Attempt attempt, Key key, long value, Map<Key, Counter> counters) {
    if (attempt.ops().size() != 1) {
      throw new UnfitHistoryException(attempt + ": a read of a counter stands alone");
    }
    if (attempt.isOk()) {
      counters.computeIfAbsent(key, k -> new Counter()).reads.add(new Read(attempt, value));
    }
  }

  private static UnfitHistoryException unfit(MicroOp op) {
    return new UnfitHistoryException("'" + op + "' does not belong to counter");
  }

  private static void check(Key key, Counter counter, Findings findings) {
    counter.acknowledged.sort(Comparator.comparingLong(Step::at));
    counter.asked.sort(Comparator.comparingLong(Step::at));
    checkLow(key, counter, findings);
    checkHigh(key, counter, findings);
    checkOrder(key, counter, findings);
  }

  private static void checkLow(Key key, Counter counter, Findings findings) {
    long least = 0;
    int next = 0;
    for (Read read : counter.reads) {
      while (next < counter.acknowledged.size()
          && counter.acknowledged.get(next).at() < read.by().invokedAt()) {
        least += counter.acknowledged.get(next++).amount();
      }
      if (read.value() < least) {
        findings.add(
            "counter-too-low",
            "%d was acknowledged for %s before it was read as %d%n  %s",
            least,
            key,
            read.value(),
            read.by());
      }
    }
  }

  private static void checkHigh(Key key, Counter counter, Findings findings) {
    long most = 0;
    int next = 0;
    for (Read read : byEnd(counter)) {
      while (next < counter.asked.size()
          && counter.asked.get(next).at() <= read.by().completedAt()) {
        most += counter.asked.get(next++).amount();
      }
      if (read.value() > most) {
        findings.add(
            "counter-too-high",
            "no more than %d was asked for %s before it was read as %d%n  %s",
            most,
            key,
            read.value(),
            read.by());
      }
    }
  }

  private static void checkOrder(Key key, Counter counter, Findings findings) {
    List<Read> ended = byEnd(counter);
    Read highest = null;
    int next = 0;
    for (Read read : counter.reads) {
      while (next < ended.size() && ended.get(next).by().precedes(read.by())) {
        Read before = ended.get(next++);
        highest = highest == null || before.value() > highest.value() ? before : highest;
      }
      if (highest != null && read.value() < highest.value()) {
        findings.add(
            "counter-went-back",
            "%s was %d and later %d%n  %s%n  %s",
            key,
            highest.value(),
            read.value(),
            highest.by(),
            read.by());
      }
    }
  }

  private static List<Read> byEnd(Counter counter) {
    return counter.reads.stream()
        .sorted(Comparator.comparingLong(read -> read.by().completedAt()))
        .toList();
  }
}
