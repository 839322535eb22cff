package dev.troupe.chaos.history.check;

import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.check.Operation.Kind;
import dev.troupe.chaos.check.RegisterLinearizability;
import dev.troupe.chaos.check.RegisterLinearizability.Verdict;
import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.MicroOp.CompareAndSet;
import dev.troupe.chaos.history.MicroOp.ReadNothing;
import dev.troupe.chaos.history.MicroOp.ReadValue;
import dev.troupe.chaos.history.MicroOp.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Linearizability of single registers, key by key, over {@code w}, {@code r} and {@code cas}: each
 * operation has one step. A compare-and-set that found another value than the expected is a failed
 * operation. Reports {@code not-linearizable}, or says that it gave up after so many steps.
 */
public final class RegisterChecker implements HistoryChecker {
  private static final int STUCK_SHOWN_MAX = 20;

  /** What the search calls a register that was never written. */
  private static final long NEVER_WRITTEN = 0;

  private final long stepsMax;

  /**
   * @param stepsMax bound of the search for one key
   */
  public RegisterChecker(long stepsMax) {
    this.stepsMax = stepsMax;
  }

  @Override
  public CheckResult check(History history) {
    Map<Key, List<Operation>> byKey = new LinkedHashMap<>();
    Map<Long, Long> numbers = new HashMap<>();
    for (Attempt attempt : history.attempts()) {
      if (attempt.ops().size() != 1) {
        throw new UnfitHistoryException(attempt + " is not a single step");
      }
      MicroOp op = attempt.ops().getFirst();
      byKey.computeIfAbsent(key(op), k -> new ArrayList<>()).add(operation(attempt, op, numbers));
    }
    Map<Long, Long> values = new HashMap<>();
    numbers.forEach((written, number) -> values.put(number, written));
    Findings findings = new Findings();
    byKey.forEach((key, operations) -> checkKey(key, operations, values, findings));
    return findings.result();
  }

  private void checkKey(
      Key key, List<Operation> operations, Map<Long, Long> values, Findings findings) {
    switch (new RegisterLinearizability(stepsMax).check(operations)) {
      case Verdict.Linearizable fine -> {}
      case Verdict.Undecided undecided ->
          findings.undecided(
              "register %s: the search was given up after %d steps"
                  .formatted(key, undecided.steps()));
      case Verdict.NotLinearizable broken ->
          findings.add(
              "not-linearizable",
              "no order explains the %d operations on %s; none of these can come next%n%s",
              operations.size(),
              key,
              broken.stuck().stream()
                  .limit(STUCK_SHOWN_MAX)
                  .map(operation -> "  " + print(operation, values))
                  .collect(Collectors.joining("\n")));
    }
  }

  private static Key key(MicroOp op) {
    return switch (op) {
      case Write(Key key, long value) -> key;
      case ReadNothing(Key key) -> key;
      case ReadValue(Key key, long value) -> key;
      case CompareAndSet cas -> cas.key();
      case MicroOp.Append a -> throw unfit(a);
      case MicroOp.Increment i -> throw unfit(i);
      case MicroOp.ReadList r -> throw unfit(r);
      case MicroOp.Transfer t -> throw unfit(t);
      case MicroOp.Balances b -> throw unfit(b);
    };
  }

  private static UnfitHistoryException unfit(MicroOp op) {
    return new UnfitHistoryException("'" + op + "' does not belong to register");
  }

  private static Operation operation(Attempt attempt, MicroOp op, Map<Long, Long> numbers) {
    Kind kind = Kind.READ;
    long expected = NEVER_WRITTEN;
    long value = NEVER_WRITTEN;
    long observed = NEVER_WRITTEN;
    if (op instanceof ReadValue read) {
      observed = number(read.value(), numbers);
    } else if (op instanceof Write write) {
      kind = Kind.PUT;
      value = number(write.value(), numbers);
    } else if (op instanceof CompareAndSet cas) {
      kind = Kind.CAS;
      expected = number(cas.expected(), numbers);
      observed = expected;
      value = number(cas.value(), numbers);
    }
    var operation = new Operation(attempt.process(), 0, kind, expected, value, attempt.invokedAt());
    if (attempt.isOk()) {
      operation.succeed(observed, attempt.completedAt());
    } else if (attempt.outcome() == Outcome.FAILED) {
      operation.refuse(attempt.completedAt());
    }
    return operation;
  }

  private static long number(@Nullable Long value, Map<Long, Long> numbers) {
    return value == null
        ? NEVER_WRITTEN
        : numbers.computeIfAbsent(value, v -> (long) numbers.size() + 1);
  }

  private static String print(Operation operation, Map<Long, Long> values) {
    String what =
        switch (operation.kind()) {
          case READ -> "r " + values.get(operation.observed());
          case PUT -> "w " + values.get(operation.value());
          case CAS ->
              "cas %s->%s"
                  .formatted(values.get(operation.expected()), values.get(operation.value()));
        };
    return "process %d [%d, %d] %s"
        .formatted(operation.client(), operation.invokedAt(), operation.returnedAt(), what);
  }
}
