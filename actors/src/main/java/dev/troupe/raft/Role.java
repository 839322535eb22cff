package dev.troupe.raft;

/** What a replica is in its group at present. */
public enum Role {
  /** Follows a leader or waits for one; learners are followers that never campaign. */
  FOLLOWER,
  /** Asks whether it could win, without disturbing anybody. */
  PRE_CANDIDATE,
  CANDIDATE,
  LEADER
}
