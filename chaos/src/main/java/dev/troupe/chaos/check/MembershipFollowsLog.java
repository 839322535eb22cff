package dev.troupe.chaos.check;

/**
 * The membership in force is that of the newest change in the log, committed or not (Ongaro,
 * dissertation, section 4.1): so it comes with the entry, and goes when the entry is truncated.
 */
public final class MembershipFollowsLog implements Check {
  @Override
  public void observed(ReplicaView replica) {
    if (!replica.membership().equals(replica.logMembership())) {
      throw new Violation(
          name(),
          "%s acts under %s, its log says %s"
              .formatted(replica.replica(), replica.membership(), replica.logMembership()));
    }
  }
}
