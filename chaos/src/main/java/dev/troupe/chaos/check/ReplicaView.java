package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;

/** A running replica as the checks see it. */
public interface ReplicaView extends DurableView {
  ReplicaId replica();

  Role role();

  long term();

  long commitIndex();

  Membership membership();

  /** How long it may answer reads without asking anybody, on its own clock; not above 0: not. */
  long leaseRemainingNanos();

  /** Position after which the log begins, counting what is not yet durable. */
  LogPosition logStart();

  /** Last entry handed to the log store, durable or not. */
  LogPosition logLast();

  /** Term of an entry of the log or of its start, durable or not; -1 when it is not there. */
  long logTermAt(long index);

  /** What the newest change of membership in the log says, durable or not. */
  Membership logMembership();

  /** Position of the last entry in the state machine. */
  LogPosition applied();

  /** Checksum over everything applied so far and the state it led to. */
  long checksum();
}
