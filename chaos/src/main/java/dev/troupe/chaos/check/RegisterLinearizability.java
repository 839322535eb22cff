package dev.troupe.chaos.check;

import dev.troupe.chaos.check.Operation.Kind;
import dev.troupe.chaos.check.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a history of register operations is linearizable, one key at a time.
 *
 * <p>An operation of unknown outcome may take effect at any time after its call, or never. When
 * nobody ever observed its value it is left out: wherever it took effect, the next thing to touch
 * the register was a blind write, and the rest of the history reads the same without it. Values may
 * be written more than once.
 */
public final class RegisterLinearizability {
  /** What the search found. */
  public sealed interface Verdict {
    record Linearizable() implements Verdict {}

    /**
     * No order explains the operations of this key.
     *
     * @param stuck those of which one had to come next, where the search came farthest
     */
    record NotLinearizable(int key, List<Operation> operations, List<Operation> stuck)
        implements Verdict {}

    /** The search was given up. */
    record Undecided(int key, long steps) implements Verdict {}
  }

  private final long stepsMax;

  /**
   * @param stepsMax bound of the search for one key
   */
  public RegisterLinearizability(long stepsMax) {
    this.stepsMax = stepsMax;
  }

  /** The verdict about the first key that is not proven to be right. */
  public Verdict check(List<Operation> history) {
    var byKey = new TreeMap<Integer, List<Operation>>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), k -> new ArrayList<>()).add(operation);
    }
    for (var entry : byKey.entrySet()) {
      Verdict verdict = checkKey(entry.getKey(), entry.getValue());
      if (!(verdict instanceof Verdict.Linearizable)) {
        return verdict;
      }
    }
    return new Verdict.Linearizable();
  }

  private Verdict checkKey(int key, List<Operation> operations) {
    List<Operation> sorted = new ArrayList<>(operations);
    sorted.sort(Comparator.comparingLong(Operation::invokedAt));
    List<Operation> required =
        sorted.stream().filter(operation -> operation.outcome() == Outcome.OK).toList();
    Set<Long> observed = observed(operations);
    List<Operation> optional =
        sorted.stream()
            .filter(operation -> operation.outcome() == Outcome.UNKNOWN)
            .filter(operation -> operation.kind() != Kind.READ)
            .filter(operation -> observed.contains(operation.value()))
            .toList();
    var search = new RegisterSearch(required, optional, stepsMax);
    return switch (search.run()) {
      case FOUND -> new Verdict.Linearizable();
      case IMPOSSIBLE -> new Verdict.NotLinearizable(key, sorted, search.stuck());
      case GIVEN_UP -> new Verdict.Undecided(key, search.steps());
    };
  }

  private static Set<Long> observed(List<Operation> operations) {
    Set<Long> observed = new HashSet<>();
    for (Operation operation : operations) {
      if (operation.outcome() == Outcome.OK && operation.kind() != Kind.PUT) {
        observed.add(operation.observed());
      }
      if (operation.kind() == Kind.CAS) {
        observed.add(operation.expected());
      }
    }
    return observed;
  }
}
