package dev.troupe.loadgen.run;

import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;

/**
 * What one logical user does: a row of steps, each of one or more operations. Owned by one user and
 * called on its event loop only.
 */
public interface Script {
  /** Draws the next step; false when there is nothing left to do. */
  boolean advance();

  /** Of the present step. */
  OperationKind kind();

  /** What to send now for the present step. Asked for once before each sending. */
  Operation operation();

  /**
   * Takes the answer.
   *
   * @return whether the step is done; otherwise {@link #operation} tells what comes next in it
   */
  boolean onAnswer(Outcome outcome);

  /**
   * Learns that the last operation failed.
   *
   * @return whether the step shall be tried again, from {@link #operation} on
   */
  boolean onFailed(Outcome.Failed failure);
}
