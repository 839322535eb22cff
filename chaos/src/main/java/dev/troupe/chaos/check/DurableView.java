package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;

/** What is on a replica's disk and would survive a power cut now. */
public interface DurableView {
  HardState durableHardState();

  LogPosition durableStart();

  LogPosition durableLast();

  /** Term of a stored entry or of the start; -1 when the stored log does not reach the index. */
  long durableTermAt(long index);

  /** Whether the replica was destroyed after it had been removed from its group. */
  boolean destroyed();

  /** Whether the entry at a position is stored, or covered by the stored start. */
  default boolean holdsDurably(LogPosition position) {
    return durableStart().index() >= position.index()
        || durableTermAt(position.index()) == position.term();
  }
}
