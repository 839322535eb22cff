package dev.troupe.raft;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.ReplicaId;

/**
 * Campaigning and voting (Raft, section 5.2; dissertation, sections 3.10, 4.2.3 and 9.6).
 *
 * <p>A campaign starts with a pre-vote round that changes nothing anywhere, so a replica that comes
 * back from a partition disturbs nobody. Whoever refuses answers with its own term: a replica that
 * was left behind, or left alone with a higher term, finds back by that.
 */
final class Election {
  private final ReplicaState state;
  private final VoteTally tally = new VoteTally();
  private long selfVoteSequence;

  Election(ReplicaState state) {
    this.state = state;
  }

  /** Starts a campaign when no leader was heard for long enough. */
  void tick() {
    if (state.electionIsDue()) {
      campaign();
    }
  }

  /** Starts a campaign at once, unless this replica still owes a leader its silence. */
  void campaign() {
    if (state.mayCampaign() && !state.isBoundByPromise()) {
      startPreVote();
    }
  }

  private void startPreVote() {
    state.becomePreCandidate();
    tally.clear();
    tally.record(state.self(), true);
    for (Member member : state.log.membership().members()) {
      if (member.isVoter() && !member.replica().equals(state.self())) {
        state.outbox.sendUnclaimed(request(member.replica(), state.term() + 1, true, false));
      }
    }
    conclude();
  }

  private void startVote(boolean transfer) {
    state.becomeCandidate();
    tally.clear();
    // The own vote counts like any other: once it is durable.
    selfVoteSequence = state.ledger.coversHardState();
    for (Member member : state.log.membership().members()) {
      if (member.isVoter() && !member.replica().equals(state.self())) {
        state.outbox.sendWithHardState(request(member.replica(), state.term(), false, transfer));
      }
    }
  }

  private RaftMessage.VoteRequest request(
      ReplicaId to, long term, boolean preVote, boolean transfer) {
    return new RaftMessage.VoteRequest(state.self(), to, term, state.log.last(), preVote, transfer);
  }

  /** Writes have become durable: the own vote may be among them. */
  void onPersisted() {
    if (state.role() == Role.CANDIDATE && selfVoteSequence <= state.ledger.persisted()) {
      tally.record(state.self(), true);
      conclude();
    }
  }

  private void conclude() {
    switch (tally.outcome(state.log.membership())) {
      case OPEN -> {}
      case LOST -> state.becomeFollower(state.term(), null);
      case WON -> {
        if (state.role() == Role.PRE_CANDIDATE) {
          startVote(false);
        } else {
          state.becomeLeader();
        }
      }
    }
  }

  /**
   * Answers a candidate. A learner votes, too, when it is asked: it may have been promoted without
   * knowing it yet, and a candidate counts only those who are voters in its own log.
   */
  void onVoteRequest(RaftMessage.VoteRequest request) {
    boolean bound = state.isBoundByPromise() && !request.transfer();
    if (request.term() < state.term() || (bound && request.preVote())) {
      refuse(request);
    } else if (bound) {
      // Not even its term is taken over: a leader is alive. In this term it may be told.
      if (request.term() == state.term()) {
        refuse(request);
      }
    } else if (request.preVote()) {
      onPreVoteRequest(request);
    } else {
      onRealVoteRequest(request);
    }
  }

  private void onPreVoteRequest(RaftMessage.VoteRequest request) {
    if (request.term() > state.term() && state.log.isCoveredBy(request.last())) {
      state.outbox.sendUnclaimed(
          new RaftMessage.VoteResponse(state.self(), request.from(), request.term(), true, true));
    } else {
      refuse(request);
    }
  }

  private void onRealVoteRequest(RaftMessage.VoteRequest request) {
    if (request.term() > state.term()) {
      state.becomeFollower(request.term(), null);
    }
    ReplicaId vote = state.vote();
    boolean free = vote == null ? state.leader() == null : vote.equals(request.from());
    if (!free || !state.log.isCoveredBy(request.last())) {
      refuse(request);
      return;
    }
    state.voteFor(request.from());
    state.outbox.sendWithHardState(
        new RaftMessage.VoteResponse(state.self(), request.from(), state.term(), false, true));
  }

  private void refuse(RaftMessage.VoteRequest request) {
    state.outbox.sendWithHardState(
        new RaftMessage.VoteResponse(
            state.self(), request.from(), state.term(), request.preVote(), false));
  }

  void onVoteResponse(RaftMessage.VoteResponse response) {
    if (!state.log.membership().contains(response.from())) {
      return;
    }
    if (response.preVote() && response.granted()) {
      if (state.role() == Role.PRE_CANDIDATE && response.term() == state.term() + 1) {
        tally.record(response.from(), true);
        conclude();
      }
    } else if (response.term() > state.term()) {
      state.becomeFollower(response.term(), null);
    } else if (response.preVote()) {
      if (state.role() == Role.PRE_CANDIDATE) {
        tally.record(response.from(), false);
        conclude();
        state.campaignAgainSoon();
      }
    } else if (response.term() == state.term() && state.role() == Role.CANDIDATE) {
      tally.record(response.from(), response.granted());
      conclude();
      if (!response.granted()) {
        // Two who learned of the leader's end together may have split the votes.
        state.campaignAgainSoon();
      }
    }
  }

  /** The leader hands over: no pre-vote, and voters need not wait for its lease to end. */
  void onTimeoutNow(RaftMessage.TimeoutNow order) {
    if (order.term() == state.term()
        && state.role() == Role.FOLLOWER
        && order.from().equals(state.leader())
        && state.mayCampaign()) {
      startVote(true);
    }
  }
}
