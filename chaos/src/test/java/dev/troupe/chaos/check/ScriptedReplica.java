package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;

/** A replica that is whatever a test says; its log has one term all over. */
final class ScriptedReplica implements ReplicaView {
  private final ReplicaId id;
  Role role = Role.FOLLOWER;
  long term = 1;
  long logTerm = 1;
  long last = 20;
  long commit;
  LogPosition applied = LogPosition.ZERO;
  long checksum;
  Membership membership = Membership.EMPTY;
  long leaseRemaining;

  ScriptedReplica(long id) {
    this.id = new ReplicaId(id);
  }

  @Override
  public ReplicaId replica() {
    return id;
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public long term() {
    return term;
  }

  @Override
  public long commitIndex() {
    return commit;
  }

  @Override
  public Membership membership() {
    return membership;
  }

  @Override
  public long leaseRemainingNanos() {
    return leaseRemaining;
  }

  @Override
  public LogPosition logStart() {
    return LogPosition.ZERO;
  }

  @Override
  public LogPosition logLast() {
    return new LogPosition(last, logTerm);
  }

  @Override
  public long logTermAt(long index) {
    return index == 0 ? 0 : index <= last ? logTerm : -1;
  }

  @Override
  public Membership logMembership() {
    return Membership.EMPTY;
  }

  @Override
  public LogPosition applied() {
    return applied;
  }

  @Override
  public long checksum() {
    return checksum;
  }

  @Override
  public HardState durableHardState() {
    return new HardState(term, null, 0);
  }

  @Override
  public LogPosition durableStart() {
    return LogPosition.ZERO;
  }

  @Override
  public LogPosition durableLast() {
    return logLast();
  }

  @Override
  public long durableTermAt(long index) {
    return logTermAt(index);
  }

  @Override
  public boolean destroyed() {
    return false;
  }
}
