package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * Nobody votes for two candidates in one term, over all restarts, and no vote, candidacy or term is
 * spoken of before it is on disk.
 */
public final class DurableVote implements Check {
  private record Ballot(ReplicaId voter, long term) {}

  private final Map<Ballot, ReplicaId> ledger = new HashMap<>();

  @Override
  public void sent(ReplicaView replica, RaftMessage message) {
    switch (message) {
      case RaftMessage.VoteRequest request -> {
        if (!request.preVote()) {
          demandVote(replica, request.term(), request.from());
        }
      }
      case RaftMessage.VoteResponse response -> {
        if (!response.granted()) {
          demandTerm(replica, message);
        } else if (!response.preVote()) {
          demandVote(replica, response.term(), response.to());
        }
      }
      case RaftMessage.Append append -> demandTerm(replica, append);
      case RaftMessage.AppendResponse response -> demandTerm(replica, response);
      case RaftMessage.Heartbeat heartbeat -> demandTerm(replica, heartbeat);
      case RaftMessage.HeartbeatResponse response -> demandTerm(replica, response);
      case RaftMessage.TimeoutNow timeout -> demandTerm(replica, timeout);
    }
  }

  private void demandVote(ReplicaView voter, long term, ReplicaId candidate) {
    ReplicaId first = ledger.putIfAbsent(new Ballot(voter.replica(), term), candidate);
    if (first != null && !first.equals(candidate)) {
      throw new Violation(
          name(),
          "%s votes for %s in term %d after %s".formatted(voter.replica(), candidate, term, first));
    }
    HardState disk = voter.durableHardState();
    boolean stored = disk.term() > term || (disk.term() == term && candidate.equals(disk.vote()));
    if (!stored) {
      throw new Violation(
          name(),
          "%s votes for %s in term %d with only %s on disk"
              .formatted(voter.replica(), candidate, term, disk));
    }
  }

  private void demandTerm(ReplicaView sender, RaftMessage message) {
    if (message.term() > sender.durableHardState().term()) {
      throw new Violation(
          name(),
          "%s speaks of a term that is not on its disk: %s against %s"
              .formatted(sender.replica(), message, sender.durableHardState()));
    }
  }
}
