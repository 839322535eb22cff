package dev.troupe.client;

/**
 * What became of a transaction.
 *
 * @param version of a committed transaction, its place in the order of all; otherwise 0
 */
public record TransactionOutcome(State state, long version) {
  /** What is known. */
  public enum State {
    COMMITTED,
    ABORTED,
    /** It has begun to commit and is neither. */
    PENDING,
    /** Nothing is known: it never began to commit, or that is too long ago, or it still may. */
    UNKNOWN
  }
}
