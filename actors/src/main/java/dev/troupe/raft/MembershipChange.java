package dev.troupe.raft;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import org.jspecify.annotations.Nullable;

/** Which changes of membership keep any two successive majorities overlapping. */
final class MembershipChange {
  private MembershipChange() {}

  /** Why a change is not legal; null when exactly one member comes, goes or changes its role. */
  static @Nullable String refusal(Membership from, Membership to) {
    if (to.voters().isEmpty()) {
      return "a group needs at least one voter";
    }
    int changes = 0;
    for (Member member : to.members()) {
      Member before = from.find(member.replica()).orElse(null);
      if (before != null && !before.node().equals(member.node())) {
        return "replica " + member.replica() + " cannot move from " + before.node();
      }
      if (!member.equals(before)) {
        changes++;
      }
    }
    for (Member member : from.members()) {
      changes += to.contains(member.replica()) ? 0 : 1;
    }
    return changes == 1 ? null : "exactly one member may change at a time, not " + changes;
  }
}
