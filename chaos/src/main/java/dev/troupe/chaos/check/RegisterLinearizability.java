package dev.troupe.chaos.check;

import dev.troupe.chaos.check.Operation.Kind;
import dev.troupe.chaos.check.Operation.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a history of register operations is linearizable: the search of Wing and Gong
 * with the memory of Lowe ("Testing for linearizability", 2017), one key at a time.
 *
 * <p>An operation of unknown outcome may take effect at any time after its call. When nobody ever
 * observed its value it is left out: values are unique, so wherever it took effect, the next thing
 * to touch the register was a blind write, and the rest of the history reads the same without it.
 */
public final class RegisterLinearizability {
  /** What the search found. */
  public sealed interface Verdict {
    record Linearizable() implements Verdict {}

    /** No order explains the operations of this key. */
    record NotLinearizable(int key, List<Operation> operations) implements Verdict {}

    /** The search was given up. */
    record Undecided(int key, long steps) implements Verdict {}
  }

  private record Reached(BitSet done, long value) {}

  /** A call or a return, in a doubly linked list from which linearized operations are lifted. */
  private static final class Event {
    final int operation;
    final boolean call;
    Event previous = this;
    Event next = this;
    Event end = this;

    Event(int operation, boolean call) {
      this.operation = operation;
      this.call = call;
    }

    void unlink() {
      previous.next = next;
      next.previous = previous;
    }

    void relink() {
      previous.next = this;
      next.previous = this;
    }
  }

  private record Choice(Event call, long valueBefore) {}

  private final long stepsMax;

  /**
   * @param stepsMax bound of the search for one key
   */
  public RegisterLinearizability(long stepsMax) {
    this.stepsMax = stepsMax;
  }

  public Verdict check(List<Operation> history) {
    var byKey = new TreeMap<Integer, List<Operation>>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), k -> new ArrayList<>()).add(operation);
    }
    for (var entry : byKey.entrySet()) {
      Verdict verdict = checkKey(entry.getKey(), relevant(entry.getValue()));
      if (!(verdict instanceof Verdict.Linearizable)) {
        return verdict;
      }
    }
    return new Verdict.Linearizable();
  }

  private static List<Operation> relevant(List<Operation> operations) {
    Set<Long> observed = new HashSet<>();
    for (Operation operation : operations) {
      if (operation.outcome() == Outcome.OK && operation.kind() != Kind.PUT) {
        observed.add(operation.observed());
      }
      if (operation.kind() == Kind.CAS) {
        observed.add(operation.expected());
      }
    }
    var relevant = new ArrayList<Operation>();
    for (Operation operation : operations) {
      boolean seen = operation.kind() != Kind.READ && observed.contains(operation.value());
      if (operation.outcome() == Outcome.OK || (operation.outcome() == Outcome.UNKNOWN && seen)) {
        relevant.add(operation);
      }
    }
    relevant.sort(Comparator.comparingLong(Operation::invokedAt));
    return relevant;
  }

  private Verdict checkKey(int key, List<Operation> operations) {
    Event head = link(operations);
    var done = new BitSet(operations.size());
    var reached = new HashSet<Reached>();
    var choices = new ArrayList<Choice>();
    long value = 0;
    long steps = 0;
    Event event = head.next;
    while (head.next != head) {
      if (++steps > stepsMax) {
        return new Verdict.Undecided(key, steps);
      }
      if (event == head || !event.call) {
        if (choices.isEmpty()) {
          return new Verdict.NotLinearizable(key, operations);
        }
        Choice undone = choices.removeLast();
        value = undone.valueBefore();
        done.clear(undone.call().operation);
        undone.call().end.relink();
        undone.call().relink();
        event = undone.call().next;
        continue;
      }
      Operation operation = operations.get(event.operation);
      if (possible(operation, value)) {
        long after = after(operation, value);
        done.set(event.operation);
        if (reached.add(new Reached((BitSet) done.clone(), after))) {
          choices.add(new Choice(event, value));
          value = after;
          event.unlink();
          event.end.unlink();
          event = head.next;
          continue;
        }
        done.clear(event.operation);
      }
      event = event.next;
    }
    return new Verdict.Linearizable();
  }

  private static Event link(List<Operation> operations) {
    record Timed(long at, Event event) {}
    var timed = new ArrayList<Timed>();
    for (int i = 0; i < operations.size(); i++) {
      var call = new Event(i, true);
      call.end = new Event(i, false);
      timed.add(new Timed(operations.get(i).invokedAt(), call));
      timed.add(new Timed(operations.get(i).returnedAt(), call.end));
    }
    timed.sort(Comparator.comparingLong(Timed::at).thenComparing(t -> t.event().call ? 0 : 1));
    var head = new Event(-1, false);
    for (Timed t : timed) {
      t.event().previous = head.previous;
      t.event().next = head;
      t.event().relink();
    }
    return head;
  }

  private static boolean possible(Operation operation, long value) {
    return switch (operation.kind()) {
      case READ -> operation.observed() == value;
      case PUT -> true;
      case CAS ->
          operation.outcome() == Outcome.OK
              ? operation.observed() == value
              : operation.expected() == value;
    };
  }

  private static long after(Operation operation, long value) {
    return switch (operation.kind()) {
      case READ -> value;
      case PUT -> operation.value();
      case CAS -> operation.expected() == value ? operation.value() : value;
    };
  }
}
