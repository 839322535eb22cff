package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;

/**
 * One property of a Raft group, watched while it runs. Every method may throw {@link Violation}.
 * One thread; a check belongs to one run.
 */
public interface Check {
  /** As printed when it is broken. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** A replica has started from what is on its disk, or from nothing. */
  default void booted(ReplicaView replica) {}

  /** After every event, and after every batch of the core's outputs, for the replica touched. */
  default void observed(ReplicaView replica) {}

  /** An entry was handed to the log store; {@code prevTerm} is the term of the one before it. */
  default void appended(ReplicaView replica, LogEntry entry, long prevTerm) {}

  /** An entry is about to be replaced by others. */
  default void dropped(ReplicaView replica, LogEntry entry) {}

  /** A message leaves a replica. */
  default void sent(ReplicaView replica, RaftMessage message) {}

  /** The hard state on a replica's disk changed. */
  default void stored(ReplicaId replica, HardState before, HardState after) {}

  /** An entry was applied. */
  default void applied(ReplicaView replica, LogEntry entry) {}

  /** A snapshot has replaced the state machine. */
  default void installed(ReplicaView replica, LogPosition snapshot) {}

  /** A client is told that its command is committed. */
  default void acknowledged(long command, LogPosition position) {}

  /** A replica answers a read that was asked when all up to {@code atLeast} had been seen. */
  default void readAnswered(ReplicaView replica, long evaluatedAt, long atLeast) {}

  /** The run is over and the group is well. */
  default void finished(GroupView group) {}
}
