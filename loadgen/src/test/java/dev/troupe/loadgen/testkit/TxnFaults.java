package dev.troupe.loadgen.testkit;

import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnSessionRequest;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in an {@link InMemoryTxn}; by default nothing. Called on the server's threads.
 */
public interface TxnFaults {
  TxnFaults NONE = new TxnFaults() {};

  /** What happens to a commit. */
  enum Commit {
    FINE,
    /** Committed, and the stream breaks before the answer. */
    APPLIED_AND_BROKEN,
    /** The stream breaks; it has been aborted. */
    ABORTED_AND_BROKEN,
    /** The stream breaks; nobody has heard of a commit. */
    FORGOTTEN_AND_BROKEN,
    /** Committed, and the server says that it does not know. */
    APPLIED_AND_AMBIGUOUS,
    /** Committed, and nothing is ever answered. */
    APPLIED_AND_SILENT,
    /** Another transaction was in the way. */
    CONFLICT
  }

  /** What happens to an Execute. */
  enum Execute {
    FINE,
    APPLIED_AND_BROKEN,
    BROKEN,
    CONFLICT
  }

  default Commit onCommit() {
    return Commit.FINE;
  }

  default Execute onExecute() {
    return Execute.FINE;
  }

  /** A failure to answer a request with instead of carrying it out. */
  default @Nullable TxnFailure onRequest(TxnSessionRequest request) {
    return null;
  }

  /** Whether the stream breaks instead of the request being carried out. */
  default boolean breaksAt(TxnSessionRequest request) {
    return false;
  }

  /** An answer to give instead of what is known. */
  default @Nullable TxnOutcome onOutcome(GetTransactionOutcomeRequest request) {
    return null;
  }
}
