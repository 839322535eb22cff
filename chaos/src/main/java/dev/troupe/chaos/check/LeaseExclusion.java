package dev.troupe.chaos.check;

import dev.troupe.raft.Role;

/**
 * While a leader holds a lease, by its own clock, nobody leads a later term: that is what reads
 * under a lease rest on. Finds a broken promise at once, even when nobody happens to read.
 */
public final class LeaseExclusion implements Check {
  private final GroupView group;

  public LeaseExclusion(GroupView group) {
    this.group = group;
  }

  @Override
  public void observed(ReplicaView replica) {
    if (replica.role() != Role.LEADER) {
      return;
    }
    for (ReplicaView other : group.running()) {
      if (other.role() == Role.LEADER && other.term() < replica.term()) {
        examine(other, replica);
      } else if (other.role() == Role.LEADER && other.term() > replica.term()) {
        examine(replica, other);
      }
    }
  }

  private void examine(ReplicaView earlier, ReplicaView later) {
    if (earlier.leaseRemainingNanos() > 0) {
      throw new Violation(
          name(),
          "%s has a lease of term %d for another %d us, but %s leads term %d"
              .formatted(
                  earlier.replica(),
                  earlier.term(),
                  earlier.leaseRemainingNanos() / 1000,
                  later.replica(),
                  later.term()));
    }
  }
}
