package dev.troupe.chaos.check;

import dev.troupe.chaos.check.Operation.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for an order of the operations on one register that respects real time: the search of Wing
 * and Gong ("Testing and Verifying Concurrent Objects", 1993), with the memory of Lowe ("Testing
 * for linearizability", 2017) of states that led nowhere. One use, one thread.
 *
 * <p>Three shortcuts, none of which loses an order. A read that fits is taken at once: it changes
 * nothing, and nothing has to come before it. An operation of unknown outcome is tried only when
 * something that must come next, or an unknown compare-and-set on the way there, observes what it
 * writes: any other could as well be left out. Of unknown operations that do the same, the one that
 * was called first is tried.
 */
final class RegisterSearch {
  enum Result {
    FOUND,
    IMPOSSIBLE,
    GIVEN_UP
  }

  /** What was done, from the first that was not; what the register holds then. */
  private record State(int first, BitSet done, BitSet used, long value) {}

  /** A place where the search can go on in several ways. A negative step is the unknown ~step. */
  private static final class Fork {
    final int[] steps;
    final long valueBefore;
    int next;

    Fork(int[] steps, long valueBefore) {
      this.steps = steps;
      this.valueBefore = valueBefore;
    }
  }

  private record Write(Kind kind, long expected, long value) {}

  private final List<Operation> required;
  private final List<Operation> optional;
  private final long stepsMax;
  private final Map<Long, List<Integer>> optionalByValue = new HashMap<>();
  private final BitSet done = new BitSet();
  private final BitSet used = new BitSet();
  private final Set<State> seen = new HashSet<>();
  private final List<Fork> forks = new ArrayList<>();
  private long value;
  private long steps;
  private int farthest = -1;
  private List<Operation> stuck = List.of();

  /**
   * @param required operations that took place, in order of their calls
   * @param optional operations that may have, in order of their calls
   */
  RegisterSearch(List<Operation> required, List<Operation> optional, long stepsMax) {
    this.required = required;
    this.optional = optional;
    this.stepsMax = stepsMax;
    for (int i = 0; i < optional.size(); i++) {
      optionalByValue.computeIfAbsent(optional.get(i).value(), v -> new ArrayList<>()).add(i);
    }
  }

  long steps() {
    return steps;
  }

  List<Operation> stuck() {
    return stuck;
  }

  Result run() {
    while (done.nextClearBit(0) < required.size()) {
      if (++steps > stepsMax) {
        return Result.GIVEN_UP;
      }
      int[] ways = ways();
      if (ways.length > 1 && !seen.add(state())) {
        ways = new int[0];
      }
      forks.add(new Fork(ways, value));
      if (!advance()) {
        return Result.IMPOSSIBLE;
      }
    }
    return Result.FOUND;
  }

  private State state() {
    int first = done.nextClearBit(0);
    return new State(
        first, done.get(first, Math.max(first, done.length())), (BitSet) used.clone(), value);
  }

  /** Takes the next way of the last fork that has one. */
  private boolean advance() {
    while (!forks.isEmpty()) {
      Fork fork = forks.getLast();
      if (fork.next > 0) {
        value = fork.valueBefore;
        mark(fork.steps[fork.next - 1], false);
      }
      if (fork.next < fork.steps.length) {
        int step = fork.steps[fork.next++];
        mark(step, true);
        value = after(step >= 0 ? required.get(step) : optional.get(~step), value);
        return true;
      }
      forks.removeLast();
    }
    return false;
  }

  private void mark(int step, boolean taken) {
    if (step >= 0) {
      done.set(step, taken);
    } else {
      used.set(~step, taken);
    }
  }

  private int[] ways() {
    List<Integer> candidates = candidates();
    long firstReturn = Long.MAX_VALUE;
    for (int candidate : candidates) {
      firstReturn = Math.min(firstReturn, required.get(candidate).returnedAt());
    }
    List<Integer> ways = new ArrayList<>();
    Set<Long> wanted = new HashSet<>();
    for (int candidate : candidates) {
      Operation operation = required.get(candidate);
      boolean fits = operation.kind() == Kind.PUT || operation.observed() == value;
      if (fits && operation.kind() != Kind.PUT && after(operation, value) == value) {
        return new int[] {candidate};
      }
      if (fits) {
        ways.add(candidate);
      } else {
        wanted.add(operation.observed());
      }
    }
    addUnknown(ways, wanted, firstReturn);
    if (ways.isEmpty() && done.cardinality() > farthest) {
      farthest = done.cardinality();
      stuck = candidates.stream().map(required::get).toList();
    }
    return ways.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Operations that were called before any other that is left returned. */
  private List<Integer> candidates() {
    List<Integer> candidates = new ArrayList<>();
    long firstReturn = Long.MAX_VALUE;
    for (int i = done.nextClearBit(0); i < required.size(); i = done.nextClearBit(i + 1)) {
      Operation operation = required.get(i);
      if (operation.invokedAt() > firstReturn) {
        break;
      }
      firstReturn = Math.min(firstReturn, operation.returnedAt());
      candidates.add(i);
    }
    return candidates;
  }

  private void addUnknown(List<Integer> ways, Set<Long> wanted, long before) {
    var open = new ArrayDeque<>(wanted);
    Set<Write> tried = new HashSet<>();
    for (Long wish; (wish = open.poll()) != null; ) {
      for (int i : optionalByValue.getOrDefault(wish, List.of())) {
        Operation operation = optional.get(i);
        if (operation.invokedAt() > before) {
          break;
        }
        boolean cas = operation.kind() == Kind.CAS;
        long expected = cas ? operation.expected() : 0;
        if (used.get(i) || !tried.add(new Write(operation.kind(), expected, wish))) {
          continue;
        }
        if (!cas || expected == value) {
          ways.add(~i);
        } else if (wanted.add(expected)) {
          open.add(expected);
        }
      }
    }
  }

  private static long after(Operation operation, long before) {
    return switch (operation.kind()) {
      case READ -> before;
      case PUT -> operation.value();
      case CAS -> operation.expected() == before ? operation.value() : before;
    };
  }
}
