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

  /** Position after which the log begins, counting what is not yet durable. */
  LogPosition logStart();

  /** Last entry handed to the log store, durable or not. */
  LogPosition logLast();

  /** Term of an entry of the log or of its start, durable or not; -1 when it is not there. */
  long logTermAt(long index);

  /** Position of the last entry in the state machine. */
  LogPosition applied();

  /** Checksum over everything applied so far and the state it led to. */
  long checksum();
}
