package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.trace.Span;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The door to transactions over any keys of any ranges, strictly serializable. Any thread; never
 * blocks. Replies are called exactly once, on any thread, and must not block.
 */
public interface Transactions {
  /** The name of a transaction is made for this call and nobody else knows it. */
  Timestamp JUST_NOW = Timestamp.MAX;

  /** The name of a transaction may have been used at any time. */
  Timestamp UNKNOWN_AGE = Timestamp.MIN;

  /** An open transaction. Requests are carried out in the order in which they are sent. */
  interface Session {
    TxnId id();

    /** Sends the next request; need not wait for the answers to earlier ones. */
    void send(TxnRequest request, Consumer<TxnResponse> reply);

    /** What is sent from now on is recorded under a span; null: not at all. */
    default void trace(@Nullable Span span) {}

    /** The client is gone: rolls back unless a commit is under way. May be repeated. */
    void close();
  }

  /** This door for what belongs to a trace: what is begun here is recorded under the span. */
  default Transactions tracedUnder(Span span) {
    return this;
  }

  /** What became of a transaction. */
  enum Outcome {
    COMMITTED,
    ABORTED,
    /** It has begun to commit and is neither. */
    PENDING,
    /** Nothing is known of it: it never began to commit, or that is too long ago. */
    UNKNOWN
  }

  /**
   * An outcome, and when.
   *
   * @param at of a committed transaction, its timestamp; otherwise null
   */
  record Known(Outcome outcome, @Nullable Timestamp at) {}

  /**
   * Begins a transaction; if that is impossible, its first request says so.
   *
   * @param deadlineNanos when the transaction is rolled back if it has not ended, on the node's
   *     {@link MonotonicClock}
   */
  default Session begin(TxnId id, long deadlineNanos) {
    return begin(id, UNKNOWN_AGE, deadlineNanos, 0);
  }

  /**
   * As {@link #begin(TxnId, long)}, for work that was run before.
   *
   * @param named a timestamp given out before the id was chosen, {@link #JUST_NOW} or {@link
   *     #UNKNOWN_AGE}; if it is later than the id, the transaction may be carried out once more
   *     although it was before
   * @param losses how often it lost to others: who has lost more often is preferred
   */
  Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses);

  /** Runs a whole transaction, again when others were in its way, until the deadline. */
  void execute(TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply);

  /**
   * Asks what became of a transaction.
   *
   * @param anchor the key that an interactive transaction wrote first; of a one-shot transaction
   *     the first key in it, comparisons before operations
   * @param reply gets the outcome, or null and the failure
   */
  void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply);

  /** Gets the answer of {@link #outcome}. */
  interface OutcomeReply {
    void known(Known outcome);

    void failed(TxnResponse.Failed failure);
  }
}
