package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import java.util.List;

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
   * Locks are in somebody's way, or old. If nobody works on their transaction any more, its outcome
   * is settled and they are resolved.
   *
   * @param locks of one transaction in one range, at least one
   */
  void settle(List<Lock> locks);

  /** Might be part of a deadlock. */
  void waits(Waits edge);

  /** Runs an action if nobody works on a transaction any more. */
  void ifGone(TxnId txn, NodeId coordinator, Runnable action);
}
