package dev.troupe.raft;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.util.TreeMap;

/** The votes of one election. Counts voters, not messages: repeated answers change nothing. */
final class VoteTally {
  enum Outcome {
    WON,
    LOST,
    OPEN
  }

  private final TreeMap<ReplicaId, Boolean> votes = new TreeMap<>();

  void clear() {
    votes.clear();
  }

  /** A vote once granted stands; a refusal may have been meant for an earlier question. */
  void record(ReplicaId voter, boolean granted) {
    votes.merge(voter, granted, Boolean::logicalOr);
  }

  Outcome outcome(Membership membership) {
    int voters = 0;
    int granted = 0;
    int refused = 0;
    for (Member member : membership.members()) {
      if (member.isVoter()) {
        voters++;
        Boolean vote = votes.get(member.replica());
        if (vote != null && vote) {
          granted++;
        } else if (vote != null) {
          refused++;
        }
      }
    }
    int quorum = Quorum.size(voters);
    if (granted >= quorum) {
      return Outcome.WON;
    }
    return voters - refused < quorum ? Outcome.LOST : Outcome.OPEN;
  }
}
