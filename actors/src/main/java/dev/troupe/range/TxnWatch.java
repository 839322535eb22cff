package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a leading replica wants its node to find out about transactions of others. Any thread; never
 * blocks. Questions may be repeated, and answers may be lost.
 */
public interface TxnWatch {
  /**
   * A transaction waits for another one.
   *
   * @param waiterAt node of the waiter's coordinator
   * @param holderAt node of the holder's coordinator
   */
  record Waits(TxnId waiter, NodeId waiterAt, TxnId holder, NodeId holderAt) {}

  /**
   * A lock is in somebody's way, or old. If nobody works on its transaction any more, the outcome
   * is settled, and everything that it has locked in the range is resolved.
   *
   * @param range the locks of the range in which it was met
   */
  void settle(Lock met, LockTable range);

  /** Might be part of a deadlock. */
  void waits(Waits edge);

  /** Runs an action if nobody works on a transaction any more. */
  void ifGone(TxnId txn, NodeId coordinator, Runnable action);

  /** Keys that a transaction holds, as its coordinator knows. */
  record Holder(TxnId txn, NodeId coordinator, List<Key> keys) {}

  /**
   * Asks all nodes which keys of a span their transactions hold. Wishes to hold some that are on
   * their way are made again: whoever granted them does not lead any more.
   *
   * @param deadlineNanos who has not answered by then is not waited for
   * @param reply called once
   */
  void findHolders(KeySpan span, long deadlineNanos, Consumer<List<Holder>> reply);
}
