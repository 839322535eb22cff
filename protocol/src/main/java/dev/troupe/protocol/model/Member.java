package dev.troupe.protocol.model;

/**
 * One member of a Raft group.
 *
 * @param replica the member's identity in the group
 * @param node where the replica lives
 * @param role whether it votes
 */
public record Member(ReplicaId replica, NodeId node, Role role) {
  /** Whether a member counts for quorums. */
  public enum Role {
    VOTER,
    LEARNER
  }

  public boolean isVoter() {
    return role == Role.VOTER;
  }

  @Override
  public String toString() {
    return replica + "@" + node + (isVoter() ? "" : "(learner)");
  }
}
