package dev.troupe.chaos.nodes;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.MicroOp;
import java.util.ArrayList;
import java.util.List;

/** What the transactions of a run did to lists, on virtual time. */
final class TxnHistory {
  private final List<Attempt> attempts = new ArrayList<>();
  private long lastElement;
  private int committed;

  /** Names something to be appended. */
  long nextElement() {
    return ++lastElement;
  }

  /** A transaction begins; returns its number. */
  int begin(long now) {
    int number = attempts.size();
    // A process of its own: real time says all that the order of a client says.
    attempts.add(new Attempt(number, number, null, Outcome.UNKNOWN, now, Attempt.NEVER, List.of()));
    return number;
  }

  /** From now on a transaction may be committed, whatever its client hears. */
  void mayCommit(int number, List<MicroOp> ops) {
    replace(number, Outcome.UNKNOWN, Attempt.NEVER, ops);
  }

  void committed(int number, long now, List<MicroOp> ops) {
    committed++;
    replace(number, Outcome.OK, now, ops);
  }

  void failed(int number, long now, List<MicroOp> ops) {
    replace(number, Outcome.FAILED, now, ops);
  }

  private void replace(int number, Outcome outcome, long completedAt, List<MicroOp> ops) {
    Attempt before = attempts.get(number);
    attempts.set(
        number,
        new Attempt(
            number, number, null, outcome, before.invokedAt(), completedAt, List.copyOf(ops)));
  }

  /** Transactions whose clients know that they are committed. */
  int committed() {
    return committed;
  }

  History history() {
    return new History(attempts);
  }
}
