package dev.troupe.raft;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;

/**
 * What replicas of one range say to each other. Messages may be lost, repeated, reordered and
 * delayed without bound; every one carries its sender's term.
 */
public sealed interface RaftMessage {
  ReplicaId from();

  ReplicaId to();

  long term();

  /**
   * Asks for a vote (Raft, section 5.2).
   *
   * @param term the term of the election; for a pre-vote the term that would be campaigned in
   * @param last the candidate's last log position
   * @param preVote only asks whether a vote would be granted; changes nothing at the receiver
   * @param transfer the leader itself asked for this election: leases need not be waited out
   */
  record VoteRequest(
      ReplicaId from, ReplicaId to, long term, LogPosition last, boolean preVote, boolean transfer)
      implements RaftMessage {}

  /**
   * Answers a vote request.
   *
   * @param term of a granted pre-vote: the term asked about; else the voter's own term
   */
  record VoteResponse(ReplicaId from, ReplicaId to, long term, boolean preVote, boolean granted)
      implements RaftMessage {}

  /**
   * Replicates entries (Raft, section 5.3); an empty one probes.
   *
   * @param prev position just before the first entry
   * @param commit the leader's commit index
   * @param context rises with every append and heartbeat that the leader of this term sends
   */
  record Append(
      ReplicaId from,
      ReplicaId to,
      long term,
      LogPosition prev,
      List<LogEntry> entries,
      long commit,
      long context)
      implements RaftMessage {}

  /**
   * Answers an append.
   *
   * @param matched accepted: the last index that is known equal to the leader's, durable here
   * @param rejected refused: the index of {@code prev}; 0 when accepted
   * @param hint refused: a position at or below which the logs may agree (conflict back-off by
   *     term)
   * @param context of the append that is answered
   */
  record AppendResponse(
      ReplicaId from,
      ReplicaId to,
      long term,
      long matched,
      long rejected,
      LogPosition hint,
      long context)
      implements RaftMessage {
    public boolean accepted() {
      return rejected == 0;
    }
  }

  /**
   * Keeps followers from campaigning, carries the commit index, confirms leadership for reads.
   *
   * @param commit never above what the receiver is known to have
   * @param quiesce stop ticking until the next message: the group is idle and level
   */
  record Heartbeat(
      ReplicaId from, ReplicaId to, long term, long commit, long context, boolean quiesce)
      implements RaftMessage {}

  /** Echoes a heartbeat's context. */
  record HeartbeatResponse(ReplicaId from, ReplicaId to, long term, long context)
      implements RaftMessage {}

  /** Tells a follower that is level to campaign at once (dissertation, section 3.10). */
  record TimeoutNow(ReplicaId from, ReplicaId to, long term) implements RaftMessage {}
}
