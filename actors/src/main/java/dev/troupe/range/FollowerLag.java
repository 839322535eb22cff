package dev.troupe.range;

import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftStatus;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a leader's followers have been behind. A mark is set at what is committed now; until a
 * follower has reached its mark it is behind by at least the mark's age. Owned by the leader's
 * replica, looked at every now and then, which is also how exact it is.
 */
final class FollowerLag {
  private record Mark(long index, long nanos) {}

  private final Map<ReplicaId, Mark> marks = new HashMap<>();
  private long term = -1;

  /**
   * Looks at the followers.
   *
   * @return since when the worst of them has been behind; {@link Long#MAX_VALUE} when none is
   */
  long look(RaftStatus status, long now) {
    if (status.term() != term) {
      marks.clear();
      term = status.term();
    }
    marks.keySet().removeIf(known -> !status.membership().contains(known));
    long since = Long.MAX_VALUE;
    for (RaftStatus.Progress follower : status.progress()) {
      Mark mark = marks.get(follower.replica());
      if (mark == null || follower.matched() >= mark.index()) {
        marks.put(follower.replica(), new Mark(status.commit(), now));
      } else {
        since = Math.min(since, mark.nanos());
      }
    }
    return since;
  }
}
