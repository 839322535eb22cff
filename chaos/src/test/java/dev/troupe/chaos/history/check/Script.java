package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A history by hand: operations with their times, each by a process of its own unless said. */
final class Script {
  private record Line(
      int process, @Nullable String function, Outcome outcome, long from, long to, MicroOp[] ops) {}

  private final List<Line> lines = new ArrayList<>();

  Script ok(long from, long to, MicroOp... ops) {
    return add(1000 + lines.size(), null, Outcome.OK, from, to, ops);
  }

  Script okBy(int process, long from, long to, MicroOp... ops) {
    return add(process, null, Outcome.OK, from, to, ops);
  }

  Script finalRead(long from, long to, MicroOp... ops) {
    return add(1000 + lines.size(), Attempt.FINAL_READ, Outcome.OK, from, to, ops);
  }

  Script failed(long from, long to, MicroOp... ops) {
    return add(1000 + lines.size(), null, Outcome.FAILED, from, to, ops);
  }

  Script unknown(long from, MicroOp... ops) {
    return add(1000 + lines.size(), null, Outcome.UNKNOWN, from, Attempt.NEVER, ops);
  }

  private Script add(
      int process, @Nullable String function, Outcome outcome, long from, long to, MicroOp[] ops) {
    lines.add(new Line(process, function, outcome, from, to, ops));
    return this;
  }

  History history() {
    List<Line> sorted = new ArrayList<>(lines);
    sorted.sort(Comparator.comparingLong(Line::from));
    List<Attempt> attempts = new ArrayList<>();
    for (Line line : sorted) {
      attempts.add(
          new Attempt(
              attempts.size(),
              line.process(),
              line.function(),
              line.outcome(),
              line.from(),
              line.to(),
              List.of(line.ops())));
    }
    return new History(attempts);
  }

  static MicroOp append(String key, long value) {
    return new MicroOp.Append(Key.of(key), value);
  }

  static MicroOp list(String key, long... values) {
    return new MicroOp.ReadList(Key.of(key), Values.of(values));
  }

  static MicroOp write(String key, long value) {
    return new MicroOp.Write(Key.of(key), value);
  }

  static MicroOp cas(String key, @Nullable Long expected, long value) {
    return new MicroOp.CompareAndSet(Key.of(key), expected, value);
  }

  static MicroOp increment(String key, long amount) {
    return new MicroOp.Increment(Key.of(key), amount);
  }

  static MicroOp read(String key, long value) {
    return new MicroOp.ReadValue(Key.of(key), value);
  }

  static MicroOp nothing(String key) {
    return new MicroOp.ReadNothing(Key.of(key));
  }

  static MicroOp transfer(String from, String to, long amount) {
    return new MicroOp.Transfer(Key.of(from), Key.of(to), amount);
  }

  /** Balances of accounts a, b, c and so on. */
  static MicroOp balances(long... amounts) {
    Map<Key, Long> accounts = new LinkedHashMap<>();
    for (int i = 0; i < amounts.length; i++) {
      accounts.put(Key.of(String.valueOf((char) ('a' + i))), amounts[i]);
    }
    return new MicroOp.Balances(accounts);
  }
}
