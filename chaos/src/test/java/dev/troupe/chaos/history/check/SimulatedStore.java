package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A correct database: does one operation after the other, each wholly or not at all. */
final class SimulatedStore {
  private Map<Key, Values> lists = new LinkedHashMap<>();
  private Map<Key, Long> numbers = new LinkedHashMap<>();

  SimulatedStore with(Key key, long number) {
    numbers.put(key, number);
    return this;
  }

  @Nullable Long number(Key key) {
    return numbers.get(key);
  }

  /** The answers; null when the operation is refused and nothing has happened. */
  @Nullable List<MicroOp> apply(List<MicroOp> ops) {
    Map<Key, Values> listsBefore = new LinkedHashMap<>(lists);
    Map<Key, Long> numbersBefore = new LinkedHashMap<>(numbers);
    List<MicroOp> answers = new ArrayList<>();
    for (MicroOp op : ops) {
      MicroOp answer = apply(op);
      if (answer == null) {
        lists = listsBefore;
        numbers = numbersBefore;
        return null;
      }
      answers.add(answer);
    }
    return answers;
  }

  private @Nullable MicroOp apply(MicroOp op) {
    switch (op) {
      case MicroOp.Append(Key key, long value) ->
          lists.merge(key, Values.of(value), (present, added) -> present.plus(value));
      case MicroOp.Write(Key key, long value) -> numbers.put(key, value);
      case MicroOp.Increment(Key key, long amount) -> numbers.merge(key, amount, Long::sum);
      case MicroOp.CompareAndSet cas -> {
        if (!java.util.Objects.equals(numbers.get(cas.key()), cas.expected())) {
          return null;
        }
        numbers.put(cas.key(), cas.value());
      }
      case MicroOp.Transfer(Key from, Key to, long amount) -> {
        if (numbers.getOrDefault(from, 0L) < amount) {
          return null;
        }
        numbers.merge(from, -amount, Long::sum);
        numbers.merge(to, amount, Long::sum);
      }
      case MicroOp.ReadNothing(Key key) -> {
        return read(key);
      }
      case MicroOp.Balances asked -> {
        return new MicroOp.Balances(numbers);
      }
      case MicroOp.ReadValue read -> throw new IllegalArgumentException("answered: " + read);
      case MicroOp.ReadList read -> throw new IllegalArgumentException("answered: " + read);
    }
    return op;
  }

  private MicroOp read(Key key) {
    Values values = lists.get(key);
    Long number = numbers.get(key);
    if (values != null) {
      return new MicroOp.ReadList(key, values);
    }
    return number == null ? new MicroOp.ReadNothing(key) : new MicroOp.ReadValue(key, number);
  }
}
