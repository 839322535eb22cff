package dev.troupe.transport;

import dev.troupe.protocol.model.NodeId;
import java.time.Duration;

/**
 * Decides the fate of every envelope, so that tests can lose, delay and partition. Asked once on
 * the sending and once on the receiving side, on their threads. A delay never changes the order:
 * what is behind comes later, too, or the one in front comes earlier.
 */
@FunctionalInterface
public interface LinkFilter {
  /** Lets everything through. */
  LinkFilter PASS_ALL = (side, from, to) -> Verdict.PASS;

  /** Where the question is asked. */
  enum Side {
    SEND,
    RECEIVE
  }

  /** What happens to the envelope. */
  sealed interface Verdict {
    Verdict PASS = new Pass();
    Verdict DROP = new Drop();

    record Pass() implements Verdict {}

    record Drop() implements Verdict {}

    record Delay(Duration by) implements Verdict {}
  }

  Verdict judge(Side side, NodeId from, NodeId to);
}
