package dev.troupe.raft;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A leader's view of all other members, in the order of their ids, and what a quorum has reached.
 */
final class ProgressTracker {
  private final RaftConfig config;
  private List<Progress> peers = List.of();
  private boolean selfVotes;
  private int voters;
  private long[] scratch = new long[0];

  ProgressTracker(RaftConfig config) {
    this.config = config;
  }

  /** Keeps what is known of those who stay. */
  void update(Membership membership, long next, long now) {
    var updated = new ArrayList<Progress>();
    voters = 0;
    for (Member member : membership.members()) {
      voters += member.isVoter() ? 1 : 0;
      if (!member.replica().equals(config.self())) {
        Progress known = find(member.replica());
        if (known == null) {
          known = new Progress(member.replica(), member.isVoter(), next, config, now);
        }
        known.becomeVoter(member.isVoter());
        updated.add(known);
      }
    }
    selfVotes = membership.isVoter(config.self());
    peers = List.copyOf(updated);
    scratch = new long[voters];
  }

  List<Progress> peers() {
    return peers;
  }

  /** Whether no other voter needs to be asked. */
  boolean soleVoter() {
    return selfVotes && voters == 1;
  }

  @Nullable Progress find(ReplicaId replica) {
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).replica().equals(replica)) {
        return peers.get(i);
      }
    }
    return null;
  }

  /** The highest index that is durable on a quorum. */
  long durableOnQuorum(long ownDurable) {
    int n = selfFirst(ownDurable);
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).voter()) {
        scratch[n++] = peers.get(i).matched();
      }
    }
    return Quorum.reached(scratch, n);
  }

  /** How many voters that are not gone have everything up to an index; this leader does. */
  int levelVoters(long last) {
    int level = selfVotes ? 1 : 0;
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).voter() && !peers.get(i).isAbsent() && peers.get(i).matched() >= last) {
        level++;
      }
    }
    return level;
  }

  /** The latest moment such that a quorum is known to have heard this leader after it. */
  long heardByQuorumSince(long now) {
    int n = selfFirst(now);
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).voter()) {
        scratch[n++] = peers.get(i).answeredSendTime();
      }
    }
    return Quorum.reached(scratch, n);
  }

  /** The highest context that a quorum has answered. */
  long contextOfQuorum() {
    int n = selfFirst(Long.MAX_VALUE);
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).voter()) {
        scratch[n++] = peers.get(i).answeredContext();
      }
    }
    return Quorum.reached(scratch, n);
  }

  /** When a quorum had last answered anything. */
  long quorumAnsweredAt(long now) {
    int n = selfFirst(now);
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).voter()) {
        scratch[n++] = peers.get(i).lastAnswerAt();
      }
    }
    return Quorum.reached(scratch, n);
  }

  private int selfFirst(long own) {
    if (!selfVotes) {
      return 0;
    }
    scratch[0] = own;
    return 1;
  }
}
