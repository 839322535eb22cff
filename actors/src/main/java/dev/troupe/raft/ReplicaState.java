package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.RandomSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Term, vote, role and timers of one replica: what its parts share, and the legal transitions. */
final class ReplicaState {
  /** Committed entries after which a write of entries also carries the commit index. */
  static final long COMMIT_HINT_STRIDE = 256;

  final RaftConfig config;
  final WriteLedger ledger;
  final RaftLog log;
  final Outbox outbox;
  private final RandomSource random;
  private long now;
  private long term;
  private @Nullable ReplicaId vote;
  private Role role = Role.FOLLOWER;
  private @Nullable ReplicaId leader;
  private @Nullable Leadership leadership;
  private boolean quiesced;

  // Until then this voter has promised not to help anybody into leadership: it heard a leader, may
  // have heard one before it was restarted, or led itself.
  private long promisedUntil;
  private long electionTimeout;
  private long electionDeadline;

  // Until then, refused campaigns are repeated soon: the leader is believed gone.
  private long hurryUntil;

  // Until then, nobody falls asleep on the leader's word: it seems to have ended after saying so.
  private long doubtUntil;
  private long storedCommit;
  private Ready.RoleChange told;

  ReplicaState(RaftConfig config, RaftBootState boot, RandomSource random, long now) {
    this.config = config;
    this.random = random;
    this.now = now;
    hurryUntil = now;
    doubtUntil = now;
    ledger = new WriteLedger(boot.applied().index() + boot.tail().size());
    log = new RaftLog(boot, ledger);
    outbox = new Outbox(ledger);
    term = boot.hardState().term();
    vote = boot.hardState().vote();
    storedCommit = boot.hardState().commit();
    told = new Ready.RoleChange(role, term, null);
    Invariant.check(
        log.last().term() <= term, "stored log ends at %s, above term %d", log.last(), term);
    boolean alone = isSettledSoleVoter();
    promisedUntil = boot.restarted() && !alone ? now + config.electionTimeoutNanos() : now;
    resetElectionTimer();
    if (alone) {
      electionDeadline = now;
    }
  }

  /**
   * Whether nobody else can have led with this replica's consent: it is the only voter and no other
   * membership may come back.
   */
  private boolean isSettledSoleVoter() {
    Membership membership = log.membership();
    return membership.isVoter(self())
        && membership.voters().size() == 1
        && !log.membershipUnapplied();
  }

  ReplicaId self() {
    return config.self();
  }

  long now() {
    return now;
  }

  void advance(long nowNanos) {
    now = Math.max(now, nowNanos);
  }

  long term() {
    return term;
  }

  @Nullable ReplicaId vote() {
    return vote;
  }

  Role role() {
    return role;
  }

  @Nullable ReplicaId leader() {
    return leader;
  }

  /** The leader's part; null unless this replica leads. */
  @Nullable Leadership leadership() {
    return leadership;
  }

  boolean isUninitialised() {
    return log.membership().members().isEmpty() && log.lastIndex() == 0;
  }

  boolean mayCampaign() {
    return log.maySeekLeadership(self());
  }

  // Transitions.

  /** Follows a leader, or waits for one when it is null. A vote is kept within its term. */
  void becomeFollower(long newTerm, @Nullable ReplicaId newLeader) {
    changeRole(Role.FOLLOWER);
    if (leadership != null) {
      // Its lease may still be in use by reads that are being evaluated.
      promisedUntil = Math.max(promisedUntil, leadership.leaseUntil());
      leadership.resign();
      leadership = null;
      resetElectionTimer();
    }
    if (newTerm > term) {
      enterTerm(newTerm, null);
      resetElectionTimer();
    }
    Invariant.check(newTerm == term, "term goes back from %d to %d", term, newTerm);
    leader = newLeader;
  }

  void becomePreCandidate() {
    changeRole(Role.PRE_CANDIDATE);
    leader = null;
    resetElectionTimer();
  }

  void becomeCandidate() {
    changeRole(Role.CANDIDATE);
    enterTerm(term + 1, self());
    leader = null;
    resetElectionTimer();
  }

  void becomeLeader() {
    changeRole(Role.LEADER);
    leader = self();
    hurryUntil = now;
    leadership = new Leadership(this);
    leadership.begin();
  }

  private void changeRole(Role to) {
    boolean legal =
        switch (role) {
          case FOLLOWER, PRE_CANDIDATE -> to != Role.LEADER;
          case CANDIDATE -> to != Role.CANDIDATE;
          case LEADER -> to == Role.FOLLOWER;
        };
    Invariant.check(legal, "illegal change of role from %s to %s in term %d", role, to, term);
    role = to;
  }

  private void enterTerm(long newTerm, @Nullable ReplicaId newVote) {
    term = newTerm;
    vote = newVote;
    doubtUntil = now;
    ledger.hardStateChanged();
    outbox.dropHeld();
  }

  void voteFor(ReplicaId candidate) {
    Invariant.check(
        vote == null || vote.equals(candidate), "second vote in term %d: %s", term, candidate);
    if (vote == null) {
      vote = candidate;
      ledger.hardStateChanged();
    }
    resetElectionTimer();
  }

  // Timers.

  /** A valid leader was heard: no vote for anybody else for one election timeout. */
  void heardLeader() {
    hurryUntil = now;
    promisedUntil = Math.max(promisedUntil, now + config.electionTimeoutNanos());
    electionDeadline = now + electionTimeout;
  }

  /**
   * Brings the next campaign forward, up to the end of the promise: leases rest on that, however
   * dead the leader may look. Others were told at the same time, hence the random part; and they
   * may have heard the leader a little later, hence the fixed one.
   */
  void leaderSeemsGone() {
    hurryUntil = Math.max(now, promisedUntil) + config.electionTimeoutNanos();
    doubtUntil = hurryUntil;
    campaignAgainSoon();
  }

  /** Whether the leader may have ended since it sent what comes in now. */
  boolean leaderInDoubt() {
    return now < doubtUntil;
  }

  /** A campaign was refused, perhaps by somebody who heard the dead leader last. */
  void campaignAgainSoon() {
    if (now < hurryUntil) {
      long delay = config.heartbeatNanos() / 4 + random.nextLong(config.heartbeatNanos());
      electionDeadline = Math.min(electionDeadline, Math.max(now, promisedUntil) + delay);
    }
  }

  /** Whether a vote would break the promise that a leader's lease rests on. */
  boolean isBoundByPromise() {
    return role == Role.LEADER || now < promisedUntil;
  }

  void promiseFor(long nanos) {
    promisedUntil = Math.max(promisedUntil, now + nanos);
  }

  void resetElectionTimer() {
    electionTimeout =
        config.electionTimeoutNanos() + random.nextLong(config.electionTimeoutNanos());
    electionDeadline = now + electionTimeout;
  }

  boolean electionIsDue() {
    return now >= electionDeadline;
  }

  /** This process was asleep: messages of a leader may be waiting to be read. */
  void forgiveSilence() {
    // Half of the own, random timeout: after a pause of all at once they must not campaign as one.
    electionDeadline = Math.max(electionDeadline, now + electionTimeout / 2);
    if (leadership != null) {
      leadership.forgiveSilence();
    }
  }

  boolean quiesced() {
    return quiesced;
  }

  void quiesce() {
    quiesced = true;
    log.evictApplied();
  }

  void wake() {
    if (quiesced) {
      quiesced = false;
      resetElectionTimer();
      if (leadership != null) {
        leadership.wake();
      }
    }
  }

  // Output.

  /** Term, vote and commit index, when they have to be stored now. */
  @Nullable HardState takeHardState(List<LogEntry> entries) {
    boolean hint = !entries.isEmpty() && log.commit() - storedCommit >= COMMIT_HINT_STRIDE;
    if (!ledger.hardStateDirty() && !hint) {
      return null;
    }
    storedCommit = log.commit();
    return new HardState(term, vote, storedCommit);
  }

  boolean roleChanged() {
    return told.role() != role
        || told.term() != term
        || !java.util.Objects.equals(told.leader(), leader);
  }

  Ready.@Nullable RoleChange takeRoleChange() {
    if (!roleChanged()) {
      return null;
    }
    told = new Ready.RoleChange(role, term, leader);
    return told;
  }
}
